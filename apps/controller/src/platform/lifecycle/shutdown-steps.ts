import type { StructuredLogger } from '@ironwheel/logging';

/** What has to be undone at the end, last things first. A step that fails does not keep the others from running. */
export class ShutdownSteps {
  readonly #steps: (() => void | Promise<void>)[] = [];
  readonly #logger: StructuredLogger;
  #running: Promise<void> | undefined;

  constructor(logger: StructuredLogger) {
    this.#logger = logger;
  }

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  /** May be called twice; everything runs once. */
  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        this.#logger.error('a step of the shutdown failed', { error });
      }
    }
  }
}
