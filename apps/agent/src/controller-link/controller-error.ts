import { errorBodySchema } from '@ironwheel/contracts';

/**
 * Who must act on a failed call.
 * `unreachable`: no answer at all. `transient`: an answer that says "later". `refused`: asking again will not help.
 */
export type ControllerErrorKind = 'unreachable' | 'transient' | 'refused';

export interface ControllerErrorFields {
  readonly kind: ControllerErrorKind;
  /** HTTP status; null without an answer. */
  readonly status: number | null;
  /** Stable code of the controller, or `CONTROLLER_UNREACHABLE`, `CONTROLLER_ANSWER_INVALID`. */
  readonly code: string;
  readonly retryAfterMs: number | null;
  /** The answer's body, parsed but not checked; null when it was no JSON. */
  readonly body: unknown;
}

export class ControllerError extends Error implements ControllerErrorFields {
  readonly kind: ControllerErrorKind;
  readonly status: number | null;
  readonly code: string;
  readonly retryAfterMs: number | null;
  readonly body: unknown;

  constructor(message: string, fields: ControllerErrorFields, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ControllerError';
    this.kind = fields.kind;
    this.status = fields.status;
    this.code = fields.code;
    this.retryAfterMs = fields.retryAfterMs;
    this.body = fields.body;
  }

  get mayRetry(): boolean {
    return this.kind !== 'refused';
  }
}

const transientStatus = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

/** Codes that come with a 4xx and still mean "later". */
const transientCodes = new Set(['IDEMPOTENCY_IN_PROGRESS', 'CLAIMS_PAUSED']);

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), bounded to an hour; null when absent or unreadable. */
export const parseRetryAfter = (header: string | undefined, nowMs: number): number | null => {
  if (header === undefined) return null;
  const ms = /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
};

/** Turns an answer that is no success into an error. */
export const toControllerError = (
  call: string,
  status: number,
  headers: { readonly retryAfter: string | undefined },
  text: string,
  nowMs: number,
): ControllerError => {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const parsed = errorBodySchema.safeParse(body);
  const code = parsed.success ? parsed.data.error : `HTTP_${status}`;
  const detail = parsed.success
    ? parsed.data.detail
    : `the answer is no error of Ironwheel: ${text.slice(0, 120)}`;
  const correlation = parsed.success ? ` (correlation id ${parsed.data.correlation_id})` : '';
  return new ControllerError(`${call}: ${status} ${code}: ${detail}${correlation}`, {
    kind: transientStatus.has(status) || transientCodes.has(code) ? 'transient' : 'refused',
    status,
    code,
    retryAfterMs: parseRetryAfter(headers.retryAfter, nowMs),
    body,
  });
};

/** Wraps what the transport threw: refused connections, timeouts, TLS. */
export const toUnreachableError = (call: string, cause: unknown): ControllerError => {
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'UNKNOWN';
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new ControllerError(
    `${call}: no answer from the controller (${code}: ${detail})`,
    { kind: 'unreachable', status: null, code: 'CONTROLLER_UNREACHABLE', retryAfterMs: null, body: null },
    { cause },
  );
};
