import { Injectable } from '@nestjs/common';
import { StructuredLogger } from '@ironwheel/logging';

/**
 * Names and payloads of the in-process events. A feature adds its own beside its code:
 * `declare module '../../platform/events/event-bus.ts' { interface EventPayloads { 'attempt.lost': { … } } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the features' declarations
export interface EventPayloads {}

export type EventName = Extract<keyof EventPayloads, string>;
export type EventHandler<Name extends EventName> = (payload: EventPayloads[Name]) => void | Promise<void>;

/**
 * Typed events inside this process, for reactions that go up the feature list. Published after the commit that
 * they report; a handler that fails is logged and never reaches the publisher. Nothing is kept: what must survive
 * a crash belongs in the database.
 */
@Injectable()
export class EventBus {
  readonly #handlers = new Map<string, Set<(payload: never) => void | Promise<void>>>();
  readonly #logger: StructuredLogger;

  constructor(logger: StructuredLogger) {
    this.#logger = logger.child({ component: 'events' });
  }

  /** Calls `handler` for each event of this name; returns what takes it away again. */
  on<Name extends EventName>(name: Name, handler: EventHandler<Name>): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    handlers.add(handler);
    this.#handlers.set(name, handlers);
    return () => void handlers.delete(handler);
  }

  /** Call it after the transaction has committed; returns at once, handlers run on their own. */
  publishAfterCommit<Name extends EventName>(name: Name, payload: EventPayloads[Name]): void {
    for (const handler of this.#handlers.get(name) ?? []) {
      void this.#run(name, () => (handler as EventHandler<Name>)(payload));
    }
  }

  async #run(name: string, call: () => void | Promise<void>): Promise<void> {
    try {
      await Promise.resolve().then(call);
    } catch (error) {
      this.#logger.error('an event handler failed', { event: name, error });
    }
  }
}
