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
  QUEUE_UNSUPPORTED: request(
    501,
    'The queue backend of this controller cannot do this; the detail names it.',
  ),
  QUEUE_UNAVAILABLE: operational(
    503,
    'The queue backend does not answer. Look at its server; claims go on by themselves when it is back.',
  ),
  WORKER_WEBHOOK_FAILED: operational(
    502,
    'The worker at WORKER_WEBHOOK_URL did not take the trigger. Look at the worker, its address and WORKER_TOKEN.',
  ),
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
  WORKER_REGISTERED: request(409, 'The worker belongs to a server already.'),
  POOL_NOT_FOUND: request(404, 'No pool of this name.'),
  POOL_EXISTS: request(409, 'A pool of this name exists, perhaps archived.'),
  POOL_IN_USE: request(
    409,
    'Servers, workers or open jobs are in the pool, or it is the default; the detail names them.',
  ),
  POOL_ARCHIVED: request(409, 'The pool is archived and takes nothing new.'),
  SERVER_NOT_FOUND: request(404, 'No server with this id or name.'),
  SERVER_EXISTS: request(409, 'A server of this name exists, perhaps archived.'),
  SERVER_ARCHIVED: request(409, 'The server is archived; nothing can be done with it.'),
  VERIFICATION_NOT_FOUND: request(
    404,
    'The server was not verified yet; `POST /servers/{id}/verify` does it.',
  ),
  REVISION_CONFLICT: request(
    409,
    'It was changed since it was read; read it again and apply the change anew.',
  ),
  AGENT_NOT_CONNECTED: operational(
    409,
    'The agent of the server is not connected, so that nobody would carry the command out; the detail says since when.',
  ),
  AGENT_REVOKED: request(403, 'The key of this agent was revoked; provision its server anew.'),
  AGENT_CLONED: request(
    403,
    'Two machines used the key of this agent, so that neither is believed; provision each as a server of its own.',
  ),
  COMMAND_NOT_FOUND: request(404, 'No command with this id.'),
  BUNDLE_NOT_FOUND: request(404, 'The server has no provisioning bundle.'),
  BUNDLE_GONE: request(410, 'The link was used, revoked or has expired; make a new bundle.'),
  RUNTIME_NOT_FOUND: request(
    404,
    'No Node runtime for this architecture was imported; see `ironwheel runtime import`.',
  ),
  RUNTIME_INVALID: request(
    422,
    'The file is no Node release for Linux that hosts could run; the detail says what it lacks.',
  ),
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
  DECISION_NOT_FOUND: request(
    404,
    'Nothing was decided about this attempt or job yet, or no decision has this id.',
  ),
  POLICY_NOT_FOUND: request(404, 'No version of the policy with this number.'),
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
  LOG_REMOVED: request(410, 'The log went by the rules of retention; see `ironwheel retention`.'),
  LOG_NOT_FOUND: request(404, 'No log for this name and version.'),
  HINT_NOT_FOUND: request(404, 'No hint with this id.'),
  HINT_INVALID: request(
    422,
    'The hint does nothing, would match everything, or has a scope that cannot be read; the detail says which.',
  ),
  HINT_PATTERN_INVALID: request(
    422,
    'A pattern is none of RE2, the engine that needs linear time; the detail names the place. Look-around and references back are not known.',
  ),
  HINT_TEST_FAILED: request(
    422,
    'The hint matches a text that it must not match, or misses one that it must; the detail shows it.',
  ),
  HINT_BUILTIN: request(
    409,
    'An entry of the catalogue as it was shipped cannot be deleted; switch it off with `enabled: false`.',
  ),
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
  DISK_FULL: operational(
    507,
    'The database or the data directory has no room; nothing was written. Free space, for example by `ironwheel retention`.',
  ),
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
