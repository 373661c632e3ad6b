import { StructuredLogger } from '@ironwheel/logging';
import { LoadedConfig } from '@ironwheel/config';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Metrics } from '../../platform/index.ts';
import { agentLinkSection } from './agent-link.section.ts';
import { AgentsRepository, type ReceivedBeat } from './agents.repository.ts';

/** How many agents each further second of the interval carries. */
const agentsPerSecond = 1000;

/** What agents tell of themselves lives here and is written down once a second in one statement (decision 6). */
@Injectable()
export class AgentBeats {
  readonly #pending = new Map<string, ReceivedBeat>();
  readonly #processStates = new Map<string, string>();
  readonly #leastS: number;
  readonly #received;
  readonly #logger: StructuredLogger;
  #agents = 0;
  #flushing: Promise<void> | null = null;

  constructor(
    private readonly agents: AgentsRepository,
    config: LoadedConfig,
    metrics: Metrics,
    logger: StructuredLogger,
  ) {
    this.#leastS = config.get(agentLinkSection).AGENT_HEARTBEAT_MIN_S;
    this.#logger = logger.child({ component: 'agent-link' });
    this.#received = metrics.counter({ name: 'agent_beats_total', help: 'Heartbeats received from agents.' });
  }

  get intervalS(): number {
    return Math.max(this.#leastS, Math.ceil(this.#agents / agentsPerSecond));
  }

  /** A change of the process's state is written at once, anything else with the next flush. */
  async receive(beat: ReceivedBeat): Promise<void> {
    this.#received.inc();
    const before = this.#pending.get(beat.agentId);
    this.#pending.set(beat.agentId, { ...beat, load: beat.load ?? before?.load ?? null });
    const processState = beat.state.process_state;
    const isNews = this.#processStates.get(beat.agentId) !== processState;
    this.#processStates.set(beat.agentId, processState);
    if (isNews) await this.flush();
  }

  /** What was written with the hello is no news. */
  learn(agentId: string, processState: string): void {
    this.#processStates.set(agentId, processState);
  }

  forget(agentId: string): void {
    this.#processStates.delete(agentId);
  }

  /** Nothing is lost when the database is away: what could not be written down is tried again. */
  @Interval(1000)
  async flush(): Promise<void> {
    // A flush under way may have left before the newest beat came.
    if (this.#flushing !== null) await this.#flushing;
    this.#flushing ??= this.#flush()
      .catch((error: unknown) => {
        this.#logger.warn('beats of agents could not be written down and will be tried again', { error });
      })
      .finally(() => (this.#flushing = null));
    await this.#flushing;
  }

  @Interval(15_000)
  async countAgents(): Promise<void> {
    try {
      this.#agents = await this.agents.countLive();
    } catch (error) {
      this.#logger.warn('the agents could not be counted; the interval of heartbeats stays', { error });
    }
  }

  async #flush(): Promise<void> {
    const batch = [...this.#pending.values()];
    if (batch.length === 0) return;
    await this.agents.saveBeats(batch);
    for (const beat of batch)
      if (this.#pending.get(beat.agentId) === beat) this.#pending.delete(beat.agentId);
  }
}
