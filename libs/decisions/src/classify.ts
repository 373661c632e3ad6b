import { causeOfCode } from './cause-of-code.ts';
import type { Cause } from './causes.ts';

/** How an attempt ended, as far as a rule may look at it. */
export interface AttemptFacts {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  readonly phase: string | null;
  readonly errorCode: string | null;
  readonly exitCode: number | null;
}

export interface Classification {
  readonly cause: Cause;
  /** Which rule said so; `none` when no rule fitted. */
  readonly rule: string;
}

/** Names the cause of an attempt's end. Pure: the same facts give the same answer. */
export function classify(facts: AttemptFacts): Classification {
  if (facts.status === 'cancelled') return { cause: 'cancelled', rule: 'status:cancelled' };
  if (facts.status === 'lost') return { cause: 'worker', rule: 'status:lost' };
  const cause = facts.errorCode === null ? undefined : causeOfCode.get(facts.errorCode);
  if (cause !== undefined && facts.errorCode !== null) return { cause, rule: `code:${facts.errorCode}` };
  if (facts.exitCode === 137) return { cause: 'resource', rule: 'exit:137' };
  return { cause: 'unknown', rule: 'none' };
}
