import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '@ironwheel/config';
import type { WorkerView } from '@ironwheel/contracts';
import { ControllerClient } from '../client/controller-client.ts';
import { CliError, exitCodes } from '../cli-error.ts';
import { getBundlePath, toNodeArguments } from '../bundle-paths.ts';
import { saveConnectionFile } from '../config/connection-file.ts';
import { isAborted } from '../pause.ts';
import { askPip, type PipSettings } from './ask-pip.ts';
import {
  agentEnvironment,
  controllerEnvironment,
  stateDirectory,
  type LocalPlace,
} from './child-environment.ts';
import { ChildService } from './child-service.ts';
import { chooseRunner, type RunnerChoice, type RunnerWish } from './choose-runner.ts';
import { enrollLocalWorker } from './enroll-local-worker.ts';
import type { UpReport } from './up-report.ts';
import { waitForController, waitForWorker } from './wait-ready.ts';

export interface UpOptions {
  readonly env: Environment;
  readonly dataDirectory: string;
  readonly port: number;
  readonly withAgent: boolean;
  readonly runner: RunnerWish;
  readonly report: UpReport;
  /** Aborts when the user wants an end; a second abort of `hurry` shortens the graces. */
  readonly stop: AbortSignal;
  readonly hurry: AbortSignal;
}

/** Exit codes of the controller and the worker that another start would only repeat. */
const controllerMisconfigured = 2;
const workerFinalCodes: readonly number[] = [exitCodes.usage, exitCodes.refused];
/** The worker drains (10 s by default), stops its builds and reports them. */
const workerGraceMs = 40_000;
/** Running requests finish (20 s by default), then the database stops. */
const controllerGraceMs = 60_000;
const hurriedGraceMs = 3000;
const workerReadyMs = 90_000;

/** Starts a controller and one local worker, keeps them running, and ends them in the right order. */
export async function runUp(options: UpOptions): Promise<void> {
  const { report } = options;
  const place: LocalPlace = {
    dataDirectory: options.dataDirectory,
    port: options.port,
    url: `http://127.0.0.1:${options.port}`,
  };
  const pip = await askPip(options.env);
  report.pip(pip);
  const services: ChildService[] = [];
  try {
    const controller = startController(options, place, pip.settings);
    services.push(controller.service);
    const client = await connect(options, place, controller);
    let worker: StartedWorker | null = null;
    if (options.withAgent) {
      worker = await startWorker(options, place, pip.settings, client, services);
    }
    if (isAborted(options.stop)) return;
    report.ready({ place, worker: worker?.view ?? null, runner: worker?.choice ?? null });
    const crashed = services.map((service) => service.ended);
    const ended = await Promise.race([...crashed, aborted(options.stop)]);
    if (ended !== null && !isAborted(options.stop)) throw childFailed(ended);
  } finally {
    report.stopping();
    const grace = (ms: number): number => (options.hurry.aborted ? hurriedGraceMs : ms);
    const hurryUp = (): void => void services.map((service) => service.stop(hurriedGraceMs));
    options.hurry.addEventListener('abort', hurryUp, { once: true });
    // The worker first: it still has results to report.
    for (const service of services.toReversed()) {
      await service.stop(grace(service === services[0] ? controllerGraceMs : workerGraceMs));
    }
    options.hurry.removeEventListener('abort', hurryUp);
  }
}

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });

const childFailed = (description: string): CliError =>
  new CliError(`${description}.`, {
    exitCode: exitCodes.failed,
    code: 'CLI_CHILD_FAILED',
    hint: 'Its last lines above say why.',
  });

interface StartedController {
  readonly service: ChildService;
  /** From then on a crash is mended by another start; before, it is told at once. */
  setReady(): void;
}

function startController(options: UpOptions, place: LocalPlace, pip: PipSettings | null): StartedController {
  let isReady = false;
  const service = new ChildService({
    name: 'controller',
    nodeArguments: toNodeArguments('controller'),
    env: controllerEnvironment(options.env, place, pip),
    isFinal: (code) => !isReady || code === controllerMisconfigured,
    onLine: (line) => options.report.line('controller', line),
    onRestart: (description, delayMs) => options.report.restart(description, delayMs),
  });
  return { service, setReady: () => (isReady = true) };
}

async function connect(
  options: UpOptions,
  place: LocalPlace,
  controller: StartedController,
): Promise<ControllerClient> {
  const open = new ControllerClient({ url: place.url, token: null });
  const waiting = new AbortController();
  const gone = controller.service.ended.then((description) => {
    waiting.abort();
    throw childFailed(description ?? 'controller ended');
  });
  const stopped = aborted(options.stop).then(() => waiting.abort());
  await Promise.race([waitForController(open, waiting.signal), gone, stopped]);
  gone.catch(() => undefined);
  controller.setReady();
  const token = await readAdminToken(options.env, options.dataDirectory);
  await saveConnectionFile(options.dataDirectory, { url: place.url, token });
  return new ControllerClient({ url: place.url, token });
}

/** The bootstrap administrator's token: the operator's own, else the one that the controller made. */
async function readAdminToken(env: Environment, dataDirectory: string): Promise<string> {
  const given = env['CONTROL_PLANE_TOKEN'];
  if (given !== undefined && given.trim() !== '') return given;
  const file = env['CONTROL_PLANE_TOKEN_FILE'] ?? join(dataDirectory, 'admin-token');
  return (await readFile(file, 'utf8')).trim();
}

interface StartedWorker {
  readonly choice: RunnerChoice;
  readonly view: WorkerView | null;
}

async function startWorker(
  options: UpOptions,
  place: LocalPlace,
  pip: PipSettings | null,
  client: ControllerClient,
  services: ChildService[],
): Promise<StartedWorker> {
  const first = await chooseRunner(options.runner, options.env);
  const directory = stateDirectory(place);
  await mkdir(directory, { recursive: true, mode: 0o711 });
  const workerId = await enrollLocalWorker({
    client,
    agentScript: getBundlePath('agent'),
    env: agentEnvironment(options.env, place, pip, first),
    stateDirectory: directory,
    url: place.url,
  });
  let choice = first;
  for (;;) {
    const service = runWorker(options, place, pip, choice);
    services.push(service);
    options.report.worker(choice);
    const waiting = waitForWorker(client, workerId, workerReadyMs, options.stop);
    const outcome = await Promise.race([waiting, service.ended]);
    if (isAborted(options.stop)) return { choice, view: null };
    if (outcome !== null && typeof outcome === 'object' && outcome.ready && fits(outcome.worker, pip)) {
      return { choice, view: outcome.worker };
    }
    const why = explain(outcome, pip);
    if (options.runner !== 'auto' || choice.name === 'process') {
      if (typeof outcome === 'string') throw childFailed(outcome);
      options.report.problem(why);
      return { choice, view: outcome?.worker ?? null };
    }
    await service.stop(workerGraceMs);
    services.pop();
    choice = { name: 'process', image: null, reason: `podman does not do here: ${why}` };
  }
}

/** Wheels of the local worker are for this machine's Python; an image with another one is of no use to `auto`. */
const fits = (worker: WorkerView | null, pip: PipSettings | null): boolean =>
  pip === null || worker?.capabilities?.python_tags.includes(pip.python_tag) === true;

function explain(
  outcome: string | { readonly worker: WorkerView | null; readonly ready: boolean } | null,
  pip: PipSettings | null,
): string {
  if (outcome === null || typeof outcome === 'string') return outcome ?? 'the worker ended';
  const problems = outcome.worker?.problems.map((problem) => problem.text) ?? [];
  if (problems.length > 0) return problems.join('; ');
  const tags = outcome.worker?.capabilities?.python_tags.join(', ') ?? 'nothing';
  return outcome.ready
    ? `it builds for ${tags}, not ${pip?.python_tag ?? ''}`
    : 'the worker sends no heartbeat';
}

function runWorker(
  options: UpOptions,
  place: LocalPlace,
  pip: PipSettings | null,
  choice: RunnerChoice,
): ChildService {
  return new ChildService({
    name: 'worker',
    nodeArguments: toNodeArguments('agent', ['worker']),
    env: agentEnvironment(options.env, place, pip, choice),
    isFinal: (code) => workerFinalCodes.includes(code),
    onLine: (line) => options.report.line('worker', line),
    onRestart: (description, delayMs) => options.report.restart(description, delayMs),
  });
}
