import { errorBodySchema, errorCodes, type ErrorBody, type ErrorFamily } from '@ironwheel/contracts';

type KnownErrorCode = keyof typeof errorCodes;

const isKnown = (code: string): code is KnownErrorCode => Object.hasOwn(errorCodes, code);

/** What the controller answered instead of what was asked for, or why it did not answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Stable code of docs/errors.md, or one of ours: `UNREACHABLE`, `ANSWER_UNREADABLE`. */
  readonly code: string;
  /** 0: there was no answer. */
  readonly status: number;
  readonly correlationId: string | null;
  readonly issues: NonNullable<ErrorBody['issues']>;

  constructor(
    facts: {
      code: string;
      status: number;
      detail: string;
      correlationId?: string | null;
      issues?: ErrorBody['issues'];
    },
    options?: ErrorOptions,
  ) {
    super(facts.detail, options);
    this.code = facts.code;
    this.status = facts.status;
    this.correlationId = facts.correlationId ?? null;
    this.issues = facts.issues ?? [];
  }

  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status >= 503;
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }

  /** Who must act, as docs/errors.md has it. */
  get family(): ErrorFamily {
    if (isKnown(this.code)) return errorCodes[this.code].family;
    return this.status === 0 ? 'operational' : 'defect';
  }

  /** What the code means and what to do. */
  get whatToDo(): string {
    // The words of the table are for programs.
    if (this.isSignedOut) return 'Sign in with a token that is valid.';
    if (isKnown(this.code)) return errorCodes[this.code].meaning;
    return this.status === 0
      ? 'The controller does not answer. Look whether it runs and whether this machine reaches it.'
      : 'The controller and these pages do not understand each other. Reload the page; if that does not help, report it.';
  }
}

/** The error of an answer that is not 2xx. */
export function toApiError(status: number, text: string): ApiError {
  const parsed = errorBodySchema.safeParse(tryJson(text));
  if (!parsed.success) {
    return new ApiError({
      code: status >= 500 ? 'SERVICE_UNAVAILABLE' : 'ANSWER_UNREADABLE',
      status,
      detail: `The answer was ${status} and not one of the controller's own.`,
    });
  }
  const { error, detail, correlation_id, issues } = parsed.data;
  return new ApiError({ code: error, status, detail, correlationId: correlation_id, issues });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
