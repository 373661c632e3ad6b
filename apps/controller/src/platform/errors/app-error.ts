import { errorCodes, type ErrorCode, type ErrorFamily } from '@ironwheel/contracts';

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Further fields of the answer, for example `next_seq` of a log gap. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Seconds for the Retry-After header. */
  readonly retryAfterS?: number;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  /** Methods for the Allow header of a 405. */
  readonly allow?: readonly string[];
}

/**
 * An error with a stable code. The HTTP status comes from the code's entry in contracts; `detail` is one sentence
 * for the caller, says what was wrong and what to do, and never holds a secret.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterS: number | undefined;
  readonly issues: readonly { readonly path: string; readonly message: string }[] | undefined;
  readonly allow: readonly string[] | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.extra = options.extra ?? {};
    this.retryAfterS = options.retryAfterS;
    this.issues = options.issues;
    this.allow = options.allow;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  get family(): ErrorFamily {
    return errorCodes[this.code].family;
  }
}
