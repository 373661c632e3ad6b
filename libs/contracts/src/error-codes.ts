/** Who must act on an error: the caller, an operator (or time), or the authors of Ironwheel. */
export type ErrorFamily = 'request' | 'operational' | 'defect';

export interface ErrorCodeEntry {
  readonly status: number;
  readonly family: ErrorFamily;
  /** What it means and what to do; printed in docs/errors.md. */
  readonly meaning: string;
}

const request = (status: number, meaning: string): ErrorCodeEntry => ({ status, family: 'request', meaning });
const operational = (status: number, meaning: string): ErrorCodeEntry => ({
  status,
  family: 'operational',
  meaning,
});

/**
 * Every code that the HTTP API answers with. Codes are stable: one is never reused for another meaning.
 * A guard test checks that docs/errors.md lists each.
 */
export const errorCodes = {
  REQUEST_INVALID: request(
    400,
    'The body, query or path does not fit its schema; `issues` names each place.',
  ),
  REQUEST_MALFORMED: request(
    400,
    'The request is not readable: bad JSON, bad encoding, a bad header or a bad path.',
  ),
  REQUEST_TOO_LARGE: request(413, 'The body is larger than this endpoint takes; the detail names the limit.'),
  REQUEST_UNSUPPORTED_MEDIA: request(415, 'The Content-Type is not one that this endpoint takes.'),
  REQUEST_LENGTH_REQUIRED: request(411, 'The upload needs a Content-Length.'),
  REQUEST_ORIGIN_REFUSED: request(403, 'A browser sent a state-changing request from another origin.'),
  ROUTE_NOT_FOUND: request(404, 'No such path; see /api/openapi.json.'),
  METHOD_NOT_ALLOWED: request(405, 'The path exists, but not with this method.'),
  AUTH_REQUIRED: request(401, 'No valid credential; send `Authorization: Bearer <token>`.'),
  AUTH_FORBIDDEN: request(403, 'The credential is valid, but its role may not do this.'),
  IDEMPOTENCY_KEY_REUSED: request(422, 'The same Idempotency-Key came with another request.'),
  IDEMPOTENCY_IN_PROGRESS: request(
    409,
    'The first request with this Idempotency-Key is still running; ask again.',
  ),
  RATE_LIMITED: operational(429, 'Too many requests; wait as Retry-After says.'),
  NOT_SUPPORTED: request(501, 'This installation or queue backend does not support the call.'),
  SERVICE_UNAVAILABLE: operational(
    503,
    'The controller is starting, stopping, or its database does not answer; try again.',
  ),
  INTERNAL: {
    status: 500,
    family: 'defect',
    meaning: 'A defect of Ironwheel; report it with the correlation id.',
  },

  TOKEN_NOT_FOUND: request(404, 'No token with this id.'),
  WORKER_NOT_FOUND: request(404, 'No worker with this id.'),
  WORKER_REVOKED: request(403, 'This worker was revoked; enrol it anew.'),
  ENROLLMENT_REFUSED: request(403, 'The enrolment token is unknown, used, expired or revoked.'),

  INPUT_NOT_FOUND: request(404, 'No input with this id.'),
  INPUT_INVALID: request(
    422,
    'The file is not what its name says, or has a line that cannot be read; the detail names it.',
  ),
  INPUT_IN_USE: request(409, 'The input belongs to a run and cannot be deleted.'),
  PLAN_NOT_FOUND: request(404, 'No plan of this run.'),
  PLAN_EXISTS: request(
    409,
    'A plan of this run is kept already and is not replaced by a snapshot; choose another run id.',
  ),
  PLAN_WORKER_UNREACHABLE: operational(
    502,
    'The worker named by WORKER_PLAN_URL did not make a plan; check it, or unset the key.',
  ),
  PLAN_UNRESOLVABLE: request(422, 'No plan could be made; the detail names the requirement and why.'),
  PLAN_INDEX_UNREACHABLE: operational(503, 'The package index did not answer; nothing was planned.'),
  RUN_NOT_FOUND: request(404, 'No run with this id.'),
  RUN_CANCELLED: request(409, 'The run was cancelled.'),
  JOB_NOT_FOUND: request(404, 'No job with this id.'),
  JOB_STATE_CONFLICT: request(
    409,
    'The job is in a state in which this cannot be done; the detail names it.',
  ),
  ATTEMPT_NOT_FOUND: request(404, 'No attempt with this id.'),
  LEASE_LOST: request(409, 'The lease ended and the job was given away or taken back; stop this attempt.'),
  RESULT_CONFLICT: request(409, 'Another result was accepted for this attempt already.'),
  LOG_GAP: request(
    409,
    'A log chunk is missing before this one; `next_seq` and `next_offset` say where to go on.',
  ),
  LOG_CLOSED: request(409, 'The log of this attempt is sealed; drop what is left.'),
  LOG_NOT_FOUND: request(404, 'No log for this name and version.'),
  ARTIFACT_NOT_FOUND: request(404, 'No artifact with this digest.'),
  ARTIFACT_NAME_INVALID: request(
    422,
    'The file name is not a valid wheel name (PEP 427) or not one of this job.',
  ),
  ARTIFACT_HASH_MISMATCH: request(422, 'The bytes do not have the announced SHA-256; nothing was stored.'),
  ARTIFACT_CONTENT_INVALID: request(
    422,
    'The file is not a sound wheel: its content does not agree with its name.',
  ),
  ARTIFACT_NAME_TAKEN: request(409, 'Other bytes are already served under this file name.'),
  ARTIFACT_STORE_FULL: operational(507, 'The artifact store has no room; free space or raise its limit.'),
  PACKAGE_NOT_FOUND: request(404, 'No such package in the history.'),
  EVENT_NOT_FOUND: request(404, 'No event for this name and version.'),
  INDEX_PROJECT_NOT_FOUND: request(404, 'The index has no such project.'),
  INDEX_FORMAT_UNSUPPORTED: request(
    406,
    'None of the accepted formats is one that the index speaks (PEP 691).',
  ),
  INDEX_UPSTREAM_UNREACHABLE: operational(502, 'The upstream index did not answer.'),
  CLAIMS_PAUSED: operational(409, 'All claims are paused by an operator.'),
} as const satisfies Record<string, ErrorCodeEntry>;
export type ErrorCode = keyof typeof errorCodes;
