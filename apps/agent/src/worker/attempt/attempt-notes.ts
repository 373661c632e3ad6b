import type { AttemptError, AttemptResult, Phase, PhaseReport } from '@ironwheel/contracts';
import type { DriverEvent, StepEnd } from '@ironwheel/plugin-kit';
import type { KeptArtifact } from './attempt-record.ts';

const maxFacts = 200;
const maxFactChars = 32 * 1024;
const maxObservations = 100;
const maxArtifacts = 10;
const tailLines = 20;
const maxLineChars = 2000;

type Observation = AttemptResult['provider_observations'][number];

/** Masks every text inside a value. */
const maskValue = (value: unknown, mask: (text: string) => string): unknown => {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [mask(key), maskValue(item, mask)]));
};

/**
 * What an attempt has told so far: phases with their times, facts, observations, artifacts, the error and the end of
 * the output. Everything here came through a place where code of the package can write, so all of it is bounded.
 */
export class AttemptNotes {
  readonly #mask: (text: string) => string;
  readonly #phases: PhaseReport[] = [];
  readonly #facts = new Map<string, unknown>();
  readonly #observations: Observation[] = [];
  readonly #artifacts = new Map<string, KeptArtifact>();
  readonly #tail: { line_no: number; text: string }[] = [];
  #openLine = '';
  #lineNo = 1;
  error: AttemptError | null = null;
  /** Lines of the event files that were no events. */
  ignoredLines = 0;
  driverDroppedBytes = 0;

  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  get phases(): readonly PhaseReport[] {
    return this.#phases;
  }

  get observations(): readonly Observation[] {
    return this.#observations;
  }

  get artifacts(): readonly KeptArtifact[] {
    return [...this.#artifacts.values()];
  }

  get environment(): Record<string, unknown> {
    return Object.fromEntries(this.#facts);
  }

  /** The last lines of the output, masked; the last one may be unfinished. */
  get lastLines(): AttemptError['lines'] {
    const open = this.#openLine === '' ? [] : [{ line_no: this.#lineNo, text: this.#toLine(this.#openLine) }];
    return [...this.#tail, ...open].slice(-tailLines);
  }

  startPhase(phase: Phase): void {
    this.#phases.push({
      phase,
      started_at: new Date().toISOString(),
      finished_at: null,
      ok: null,
      exit_code: null,
      max_rss_bytes: null,
      cpu_s: null,
    });
  }

  finishPhase(ok: boolean): void {
    const last = this.#phases.at(-1);
    if (last !== undefined) Object.assign(last, { finished_at: new Date().toISOString(), ok });
  }

  noteStepEnd(end: StepEnd): void {
    const last = this.#phases.at(-1);
    if (last === undefined) return;
    last.exit_code = end.exitCode;
    if (end.maxRssBytes !== null) last.max_rss_bytes = Math.max(last.max_rss_bytes ?? 0, end.maxRssBytes);
    if (end.cpuS !== null) last.cpu_s = (last.cpu_s ?? 0) + end.cpuS;
  }

  noteFact(name: string, value: unknown): void {
    if (this.#facts.size >= maxFacts && !this.#facts.has(name)) return;
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined || text.length > maxFactChars) return;
    this.#facts.set(name, maskValue(value, this.#mask));
  }

  /** Takes one event of the driver; output goes to the log elsewhere, here only its last lines are kept. */
  take(event: DriverEvent): void {
    if (event.type === 'output') this.#takeOutput(event.text);
    else if (event.type === 'fact') this.noteFact(event.name, event.value);
    else if (event.type === 'provider-observation') {
      if (this.#observations.length < maxObservations) this.#observations.push(event.observation);
    } else if (event.type === 'artifact') {
      if (this.#artifacts.size < maxArtifacts) {
        const { filename, sha256, size, path } = event;
        this.#artifacts.set(filename, { filename, sha256, size, path });
      }
    } else if (event.type === 'error') {
      const { code, message, lines } = event;
      this.error = {
        code,
        message: this.#mask(message).slice(0, 4000),
        lines: lines.map((line) => ({ line_no: line.line_no, text: this.#toLine(line.text) })),
      };
    } else if (event.type === 'step-finished') {
      this.driverDroppedBytes = Math.max(this.driverDroppedBytes, event.dropped_bytes);
    }
  }

  setArtifacts(artifacts: readonly KeptArtifact[]): void {
    this.#artifacts.clear();
    for (const artifact of artifacts) this.#artifacts.set(artifact.filename, artifact);
  }

  #takeOutput(text: string): void {
    const parts = text.split('\n');
    for (const [index, part] of parts.entries()) {
      // An endless line must not grow here.
      if (this.#openLine.length < maxLineChars * 2) this.#openLine += part.slice(0, maxLineChars * 2);
      if (index === parts.length - 1) break;
      this.#tail.push({ line_no: this.#lineNo, text: this.#toLine(this.#openLine) });
      if (this.#tail.length > tailLines) this.#tail.shift();
      this.#openLine = '';
      this.#lineNo += 1;
    }
  }

  #toLine(text: string): string {
    return this.#mask(text).toWellFormed().replaceAll('\u0000', '\u2400').slice(0, maxLineChars);
  }
}
