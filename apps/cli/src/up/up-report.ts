import type { WorkerView } from '@ironwheel/contracts';
import { cleanLine } from '../output/clean-text.ts';
import type { Output } from '../output/output.ts';
import type { PipAnswer, PipSettings } from './ask-pip.ts';
import type { LocalPlace } from './child-environment.ts';
import type { RunnerChoice } from './choose-runner.ts';
import { toReadableLine } from './log-lines.ts';

export interface UpReady {
  readonly place: LocalPlace;
  readonly worker: WorkerView | null;
  readonly runner: RunnerChoice | null;
}

/** What `up` tells while it runs. */
export interface UpReport {
  pip(answer: PipAnswer): void;
  line(from: string, line: string): void;
  worker(choice: RunnerChoice): void;
  ready(facts: UpReady): void;
  restart(description: string, delayMs: number): void;
  problem(text: string): void;
  stopping(): void;
}

/** The host of an index, without path, user and password. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? 'a local directory';

/** Null when pip uses no index, or could not be asked. */
function indexHost(settings: PipSettings | null): string | null {
  if (settings === null || settings.no_index || settings.index_url === null) return null;
  return hostOf(settings.index_url);
}

export class TextReport implements UpReport {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  pip(answer: PipAnswer): void {
    const text =
      answer.settings === null
        ? `pip could not be asked for its index (${answer.problem}); INDEX_URL names one`
        : answer.settings.no_index || answer.settings.index_url === null
          ? 'pip is set to use no index'
          : `package index as pip has it: ${hostOf(answer.settings.index_url)}`;
    this.#say(text);
  }

  line(from: string, line: string): void {
    this.#output.line(`${from.padEnd(10)} │ ${toReadableLine(line)}`);
  }

  worker(choice: RunnerChoice): void {
    this.#say(`worker with runner ${choice.name} (${choice.reason})`);
  }

  ready({ place, worker }: UpReady): void {
    this.#say(`Ironwheel runs at ${place.url}; its data is in ${place.dataDirectory}`);
    if (worker !== null) {
      const { python_tags: pythons = [], platform_tags: platforms = [] } = worker.capabilities ?? {};
      this.#say(`worker ${worker.name} builds for ${pythons.join(', ')} on ${platforms[0] ?? '–'}`);
    }
    this.#say('try: ironwheel build "markupsafe==3.0.2" --no-binary :all:     Ctrl-C stops everything');
  }

  restart(description: string, delayMs: number): void {
    this.#say(`${description}; it is started again in ${delayMs / 1000} s`);
  }

  problem(text: string): void {
    this.#say(`the worker claims nothing: ${text}`);
  }

  stopping(): void {
    this.#say('stopping the worker, then the controller');
  }

  #say(text: string): void {
    this.#output.line(`${'up'.padEnd(10)} │ ${cleanLine(text)}`);
  }
}

/** The same as one JSON document a line. */
export class JsonReport implements UpReport {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  pip(answer: PipAnswer): void {
    const { settings, problem } = answer;
    this.#output.json({
      event: 'pip',
      index: indexHost(settings),
      problem,
    });
  }

  line(from: string, line: string): void {
    this.#output.json({ event: 'log', from, line: toReadableLine(line) });
  }

  worker(choice: RunnerChoice): void {
    this.#output.json({ event: 'worker', runner: choice.name, reason: choice.reason });
  }

  ready({ place, worker, runner }: UpReady): void {
    this.#output.json({
      event: 'ready',
      url: place.url,
      data_dir: place.dataDirectory,
      worker_id: worker?.worker_id ?? null,
      runner: runner?.name ?? null,
      python_tags: worker?.capabilities?.python_tags ?? [],
      platform_tags: worker?.capabilities?.platform_tags ?? [],
      problems: worker?.problems ?? [],
    });
  }

  restart(description: string, delayMs: number): void {
    this.#output.json({ event: 'restart', description, delay_ms: delayMs });
  }

  problem(text: string): void {
    this.#output.json({ event: 'problem', text });
  }

  stopping(): void {
    this.#output.json({ event: 'stopping' });
  }
}
