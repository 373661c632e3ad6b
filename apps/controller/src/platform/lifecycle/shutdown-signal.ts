import { Injectable } from '@nestjs/common';

/** `signal` is aborted when the controller begins to stop: long polls and streams end then, schedulers take no new work. */
@Injectable()
export class ShutdownSignal {
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isStopping(): boolean {
    return this.signal.aborted;
  }

  /** Called once by the process's own shutdown. */
  begin(): void {
    this.#controller.abort(new Error('the controller is stopping'));
  }
}
