import { Injectable } from '@nestjs/common';
import { EventBus, Metrics } from '../../platform/index.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    'attempt.ended': {
      readonly attemptId: string;
      readonly jobId: string;
      readonly state: string;
      readonly action: string;
    };
  }
}

/** Tells the rest of the process of ended attempts, after the commit. */
@Injectable()
export class AttemptNews {
  readonly #ended;

  constructor(
    private readonly events: EventBus,
    metrics: Metrics,
  ) {
    this.#ended = metrics.counter({
      name: 'attempts_total',
      help: 'Ended attempts by outcome and cause.',
      labels: ['outcome', 'cause'],
    });
  }

  tellEnd(end: {
    readonly attemptId: string;
    readonly jobId: string;
    readonly state: string;
    readonly action: string;
    readonly cause: string | null;
  }): void {
    const { cause, ...payload } = end;
    this.#ended.inc({ outcome: payload.state, cause: cause ?? 'none' });
    this.events.publishAfterCommit('attempt.ended', payload);
  }
}
