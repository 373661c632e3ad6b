import {
  giveTree,
  measureTree,
  platformTagsOf,
  prepareStepOutput,
  RunnerError,
  type PluginContext,
  type TidyBounds,
  type Tidied,
  type TidyRunner,
  type RunnerProbe,
  type StepEnd,
  type StepHandle,
  type StepRequest,
} from '@ironwheel/plugin-kit';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunnerPodmanConfig } from './config.ts';
import { attemptLabel, containerNameOf, environmentOf, runArguments } from './container-command.ts';
import { DerivedImages } from './derived-image.ts';
import { explorePlace, placeOrThrow, type HostExploration, type HostPlace } from './host-place.ts';
import { ImageUses } from './image-uses.ts';
import { complaintOf, containerStartMs, PodmanCli } from './podman-cli.ts';
import { endOf, hasEnded, inspectContainer, isForsaken } from './read-container-end.ts';
import { StepStates, type StepState } from './step-state.ts';
import { tidyPodman } from './tidy-podman.ts';

/** Asking podman costs a process: often at first, for short steps, then once a second. */
const firstPollMs = 100;
const lastPollMs = 1_000;
const measureEveryMs = 5_000;

/** Runs each step as a container that sees nothing of the host but the attempt's work directory. */
export class PodmanRunner implements TidyRunner {
  private readonly podman: PodmanCli;
  private readonly states: StepStates;
  private readonly images: DerivedImages;
  private readonly imageUses: ImageUses;
  private explored: Promise<HostExploration> | undefined;

  constructor(private readonly context: PluginContext<RunnerPodmanConfig>) {
    this.podman = new PodmanCli(context.config.podman, context.config.hostEnvironment);
    this.states = new StepStates(context.workDirectory);
    this.images = new DerivedImages(this.podman, context.config);
    this.imageUses = new ImageUses(join(context.workDirectory, 'image-uses'));
  }

  async probe(): Promise<RunnerProbe> {
    this.explored = undefined;
    const { place, problems } = await this.explore();
    const found = place?.found;
    const interpreters = found?.place.interpreters ?? [];
    return {
      ok: place !== null && interpreters.length > 0,
      problems:
        place !== null && interpreters.length === 0
          ? [
              ...problems,
              { code: 'INTERPRETER_MISSING', text: `The image ${place.image} has no Python 3.9 or later.` },
            ]
          : problems,
      facts: place?.facts ?? {},
      pythonTags: [...new Set(interpreters.map((one) => one.python_tag))],
      platformTags: [...new Set(interpreters.flatMap(platformTagsOf))],
      enforces: {
        networkOff: found?.place.interfaces.every((name) => name === 'lo') ?? false,
        memory: found?.limitsHold.memory ?? false,
        pids: found?.limitsHold.pids ?? false,
        cpu: found?.limitsHold.cpu ?? false,
        filesystem: found === undefined ? false : !found.place.root_is_writable,
      },
    };
  }

  async start(request: StepRequest): Promise<StepHandle> {
    const { config } = this.context;
    const place = placeOrThrow(await this.explore());
    const { form } = place.found;
    if (request.network && form.online === null) {
      throw new RunnerError('NETWORK_UNAVAILABLE', 'containers get no network here, and this step needs one');
    }
    const image = await this.images.imageFor(
      place.image,
      place.digest,
      place.found.place.package_manager,
      request.systemPackages,
      form,
    );
    if (image !== place.image) await this.imageUses.note(image);
    await prepareStepOutput(request.workDirectory, request.step);
    await this.giveWork(request.workDirectory, place);
    const { attemptId, step, limits } = request;
    await this.states.write(attemptId, step, {
      work: request.workDirectory,
      timeoutMs: limits.timeoutMs,
      diskBytes: limits.diskBytes,
      memoryBytes: limits.memoryBytes,
      endedFor: null,
      end: null,
    });
    const environmentFile = await this.states.writeEnvironment(
      attemptId,
      step,
      environmentOf(request, place),
    );
    await this.podman.run(['rm', '-f', '--ignore', containerNameOf(attemptId, step)]);
    const args = runArguments(request, config, place, image, environmentFile);
    const started = await this.podman.run(args, containerStartMs);
    if (!started.ok) {
      throw new RunnerError(
        'CONTAINER_UNSTARTABLE',
        `the container could not be started: ${complaintOf(started)}`,
      );
    }
    const container = started.stdout.trim().split('\n').at(-1) ?? '';
    return { version: 1, runner: 'runner-podman', attemptId, step, reference: { container } };
  }

  async wait(handle: StepHandle): Promise<StepEnd> {
    const container = readReference(handle);
    const { clock, signal } = this.context;
    let pollMs = firstPollMs;
    let measuredAt = clock.monotonic();
    for (;;) {
      // The container first: what `stop` noted before the container ended is then seen for sure.
      let inspected = await inspectContainer(this.podman, container);
      // What watched it may have told its end just after it was asked about.
      if (inspected !== null && isForsaken(inspected)) {
        const again = await inspectContainer(this.podman, container);
        inspected = again !== null && isForsaken(again) ? null : again;
      }
      const state = await this.states.find(handle.attemptId, handle.step);
      if (state === null) return vanished;
      if (state.end !== null) return state.end;
      if (inspected === null) return this.keepEnd(handle, state, endWithout(state));
      if (hasEnded(inspected)) return this.keepEnd(handle, state, endOf(inspected, state));
      if (clock.monotonic() - measuredAt >= measureEveryMs) {
        await this.watchDisk(handle, container, state);
        measuredAt = clock.monotonic();
      }
      await delay(pollMs, undefined, { signal });
      pollMs = Math.min(pollMs * 1.3, lastPollMs);
    }
  }

  async stop(handle: StepHandle): Promise<void> {
    const container = readReference(handle);
    await this.states.markEnded(handle.attemptId, handle.step, 'stopped');
    await this.end(container);
  }

  async clean(attemptId: string): Promise<void> {
    const listed = await this.podman.run([
      'ps',
      '--all',
      '--quiet',
      `--filter=label=${attemptLabel}=${attemptId}`,
    ]);
    const containers = listed.stdout.split('\n').filter((line) => /^[0-9a-f]{12,64}$/.test(line));
    for (const container of containers) {
      await this.podman.run(['kill', container]);
      await this.podman.run(['rm', '--force', '--volumes', container]);
    }
    await this.states.remove(attemptId);
  }

  async tidy(bounds: TidyBounds): Promise<Tidied> {
    return tidyPodman(this.podman, this.imageUses, bounds);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async end(container: string): Promise<void> {
    const grace = this.context.config.stopGraceS;
    await this.podman.run(['stop', `--time=${grace}`, container], (grace + 60) * 1000);
  }

  private async watchDisk(handle: StepHandle, container: string, state: StepState): Promise<void> {
    if ((await measureTree(state.work)) <= state.diskBytes) return;
    await this.states.markEnded(handle.attemptId, handle.step, 'disk_full');
    await this.podman.run(['kill', container]);
  }

  private async keepEnd(handle: StepHandle, state: StepState, end: StepEnd): Promise<StepEnd> {
    await this.states.write(handle.attemptId, handle.step, { ...state, end });
    return end;
  }

  /** Rootful containers build as a user that owns nothing else here; its files are given to it, once. */
  private async giveWork(workDirectory: string, place: HostPlace): Promise<void> {
    const [uid, gid] = place.user.split(':').map(Number);
    if (place.found.form.isRootless || uid === undefined || Number.isNaN(uid)) return;
    if ((await stat(workDirectory)).uid === uid) return;
    await giveTree(workDirectory, { uid, gid: gid ?? uid });
  }

  private explore(): Promise<HostExploration> {
    const { config, workDirectory, signal } = this.context;
    this.explored ??= explorePlace(this.podman, config, workDirectory, signal);
    return this.explored;
  }
}

const vanished: StepEnd = {
  reason: 'vanished',
  exitCode: null,
  detail: 'there is no such container any more',
  maxRssBytes: null,
  cpuS: null,
};

const endWithout = (state: StepState): StepEnd =>
  state.endedFor === null
    ? vanished
    : { ...vanished, reason: state.endedFor, detail: 'the container is gone' };

const readReference = (handle: StepHandle): string => {
  const { container } = handle.reference;
  if (typeof container !== 'string' || !/^[0-9a-f]{12,64}$/.test(container)) {
    throw new RunnerError('HANDLE_INVALID', 'the handle is not one of runner-podman');
  }
  return container;
};
