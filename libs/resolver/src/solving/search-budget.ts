import { SolverLimitError } from './solver-error.ts';
import { type SolveRequest, type SolverRelease } from './solver-types.ts';

const breathAfterMs = 8;

/** Counts the steps of all searches of one request, ends what was cancelled and lets others come to their turn. */
export class SearchBudget {
  readonly #request: Pick<SolveRequest<SolverRelease>, 'limits' | 'signal' | 'breathe'>;
  #steps = 0;
  #lastBreath = performance.now();

  constructor(request: Pick<SolveRequest<SolverRelease>, 'limits' | 'signal' | 'breathe'>) {
    this.#request = request;
  }

  /** A decision, a conflict or a new beginning. */
  count(at: string): void {
    const { maxSteps } = this.#request.limits;
    this.#steps += 1;
    if (this.#steps > maxSteps) throw new SolverLimitError('maxSteps', maxSteps, at);
  }

  async rest(): Promise<void> {
    const { signal, breathe } = this.#request;
    signal?.throwIfAborted();
    if (breathe === undefined || performance.now() - this.#lastBreath < breathAfterMs) return;
    await breathe();
    signal?.throwIfAborted();
    this.#lastBreath = performance.now();
  }
}
