import { redactUrl } from './redact-url.ts';

export type IndexProblem =
  | 'network'
  | 'timeout'
  | 'status'
  | 'refused'
  | 'rate_limited'
  | 'redirect'
  | 'too_large'
  | 'not_an_index'
  /** Of files: not there; no ranges and too large to take whole; other bytes than asked for; other bytes than listed. */
  | 'absent'
  | 'no_ranges'
  | 'range'
  | 'hash_mismatch';

/**
 * An index gave no answer that can be used, so nothing may be planned from it. An operator, or time, must act.
 * Message and URL carry no credential.
 */
export class IndexUnreachableError extends Error {
  override readonly name = 'IndexUnreachableError';
  readonly code = 'PLAN_INDEX_UNREACHABLE';
  readonly family = 'operational';
  readonly problem: IndexProblem;
  readonly url: string;

  constructor(problem: IndexProblem, url: string, detail: string, options?: ErrorOptions) {
    super(`The package index did not answer at ${redactUrl(url)}: ${detail}`, options);
    this.problem = problem;
    this.url = redactUrl(url);
  }
}
