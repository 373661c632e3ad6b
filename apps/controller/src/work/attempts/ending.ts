import type { AttemptResult } from '@ironwheel/contracts';

/** How an attempt ends. */
export interface Ending {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  readonly result: AttemptResult | null;
  readonly resultHash: Buffer | null;
  /** File name of the accepted wheel. */
  readonly wheel: string | null;
  /** `wheel` is that of another build, which was accepted in the meantime. */
  readonly isServed?: boolean;
  /** The end was wanted: it says nothing of the worker. */
  readonly isOnPurpose?: boolean;
}
