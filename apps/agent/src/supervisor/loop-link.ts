import { setTimeout as wait } from 'node:timers/promises';
import {
  agentLink,
  type AgentMessage,
  type CommandEnvelope,
  type ControllerMessage,
} from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { agentVersion } from '../agent-version.ts';
import { Backoff } from '../controller-link/backoff.ts';
import type { ClockOffset } from '../controller-link/clock-offset.ts';
import type { Authorize } from '../controller-link/credential.ts';
import { AgentSocket } from '../controller-link/agent-socket.ts';
import { describeEnd, toReaction, type LinkEnd } from '../controller-link/link-end.ts';
import { beatWhileLinked } from './loop-heartbeat.ts';
import { toSupervisorState, type SupervisorState } from './state.ts';
import type { UnitsState } from './units/worker-unit.ts';

type Welcome = Extract<ControllerMessage, { type: 'controller:welcome' }>;
export type HelloFacts = Pick<
  Extract<AgentMessage, { type: 'agent:hello' }>,
  'agent_id' | 'hostname' | 'machine_id' | 'boot_id'
>;

export interface LinkLoopOptions {
  readonly url: string;
  readonly authorize: Authorize;
  readonly ca: string[] | null;
  readonly facts: HelloFacts;
  readonly directory: string;
  readonly clockOffset: ClockOffset;
  readonly lastGeneration: () => number;
  readonly units: () => UnitsState;
  readonly onCommand: (command: CommandEnvelope) => void;
  readonly onLinked: () => void;
  readonly onState: (state: SupervisorState, detail: string) => void;
  readonly backoff?: Backoff;
  readonly signal: AbortSignal;
  readonly logger: StructuredLogger;
}

/** A connection that held for this long was a good one: the next try begins with the smallest window. */
const goodAfterMs = 10_000;

/** Keeps one connection to the controller, until it is told to stop or its key is refused for good. */
export class LinkLoop {
  readonly #options: LinkLoopOptions;
  readonly #backoff: Backoff;
  #state: SupervisorState = 'starting';
  #socket: AgentSocket | null = null;

  constructor(options: LinkLoopOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff();
  }

  get state(): SupervisorState {
    return this.#state;
  }

  /** False when there is no link. */
  send(message: AgentMessage): boolean {
    return this.#state === 'linked' && (this.#socket?.send(message) ?? false);
  }

  async run(): Promise<void> {
    const { signal, logger } = this.#options;
    let usedOffsetMs = Number.NaN;
    while (!signal.aborted) {
      this.#move('connecting', this.#options.url);
      const end = await this.#connect();
      if (this.#isStopped()) break;
      const reaction = toReaction(end);
      if (reaction.kind === 'give-up') {
        logger.error(
          'The controller refuses this agent for good; it does nothing more. Provision the server anew.',
          {
            detail: describeEnd(end),
          },
        );
        this.#move('refused', 'the key was revoked; provision the server anew');
        await aborted(signal);
        break;
      }
      // An assertion is good for a minute: with a wrong clock it is signed by the controller's time, and tried at once.
      const isClock = end.kind === 'refused' && end.status === 401 && this.#options.clockOffset.adopt();
      const isNews = isClock && this.#options.clockOffset.usedMs !== usedOffsetMs;
      usedOffsetMs = this.#options.clockOffset.usedMs;
      const waitMs = isNews ? 0 : this.#backoff.next(reaction.leastMs);
      logger.warn('The link to the controller is away.', { detail: describeEnd(end), retry_in_ms: waitMs });
      this.#move('waiting', describeEnd(end));
      await wait(waitMs, undefined, { signal }).catch(() => undefined);
    }
    this.#move('stopped', '');
  }

  async #connect(): Promise<LinkEnd> {
    const { authorize, clockOffset, signal } = this.#options;
    const gone = new AbortController();
    const work: Promise<void>[] = [];
    let greetingTimer: NodeJS.Timeout | undefined;
    const socket = new AgentSocket({
      url: this.#options.url,
      ca: this.#options.ca,
      authorization: await authorize(Date.now() + clockOffset.usedMs),
      version: agentVersion,
      clockOffset,
      logger: this.#options.logger,
      onOpen: () => {
        this.#move('greeting', '');
        greetingTimer = setTimeout(() => socket.giveUp('no welcome came in time'), agentLink.helloWithinMs);
        this.#sayHello(socket);
      },
      onMessage: (message) => {
        if (message.type === 'controller:issue-command') this.#options.onCommand(message.command);
        else if (message.type === 'controller:welcome' && this.#state === 'greeting') {
          clearTimeout(greetingTimer);
          work.push(this.#live(socket, message, gone.signal));
        }
      },
    });
    this.#socket = socket;
    const stop = (): void => socket.close();
    signal.addEventListener('abort', stop, { once: true });
    const startedMs = performance.now();
    try {
      return await socket.ended;
    } finally {
      clearTimeout(greetingTimer);
      signal.removeEventListener('abort', stop);
      if (this.#state === 'linked' && performance.now() - startedMs > goodAfterMs) this.#backoff.reset();
      gone.abort();
      await Promise.all(work);
      this.#socket = null;
    }
  }

  #sayHello(socket: AgentSocket): void {
    socket.send({
      type: 'agent:hello',
      protocol_version: agentLink.protocolVersion,
      ...this.#options.facts,
      version: agentVersion,
      // This host's own clock, and not the controller's by which it signs: that is what is to be judged.
      now: new Date().toISOString(),
      last_generation: this.#options.lastGeneration(),
      state: this.#options.units(),
    });
  }

  async #live(socket: AgentSocket, welcome: Welcome, signal: AbortSignal): Promise<void> {
    this.#move('linked', `linked as ${welcome.server.name}`);
    this.#options.logger.info('The controller has welcomed this agent.', {
      server_id: welcome.server.server_id,
      name: welcome.server.name,
      heartbeat_interval_s: welcome.heartbeat_interval_s,
    });
    this.#options.onLinked();
    await beatWhileLinked({
      socket,
      intervalMs: welcome.heartbeat_interval_s * 1000,
      directory: this.#options.directory,
      units: this.#options.units,
      signal,
    });
  }

  #isStopped(): boolean {
    return this.#options.signal.aborted;
  }

  #move(to: SupervisorState, detail: string): void {
    this.#state = toSupervisorState(this.#state, to);
    this.#options.onState(this.#state, detail);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
