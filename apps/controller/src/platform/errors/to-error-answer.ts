import { HttpException } from '@nestjs/common';
import { errorCodes, type ErrorBody, type ErrorCode } from '@ironwheel/contracts';
import { AppError } from './app-error.ts';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody & Record<string, unknown>;
  /** The error belongs in the log: a defect, or an operational problem. */
  readonly isDefect: boolean;
}

const detailOf: Partial<Record<ErrorCode, string>> = {
  REQUEST_MALFORMED: 'The request cannot be read.',
  REQUEST_TOO_LARGE: 'The body is larger than this endpoint takes.',
  REQUEST_UNSUPPORTED_MEDIA: 'This endpoint does not take that Content-Type; send application/json.',
  ROUTE_NOT_FOUND: 'There is no such path; see /api/openapi.json.',
  METHOD_NOT_ALLOWED: 'The path does not take this method.',
  AUTH_REQUIRED: 'A valid credential is needed; send Authorization: Bearer <token>.',
  AUTH_FORBIDDEN: 'This credential may not do this.',
  SERVICE_UNAVAILABLE: 'The controller or its database does not answer at the moment; try again.',
  INTERNAL: 'Something went wrong in the controller; report it with the correlation id.',
};

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'REQUEST_MALFORMED',
  401: 'AUTH_REQUIRED',
  403: 'AUTH_FORBIDDEN',
  404: 'ROUTE_NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  411: 'REQUEST_LENGTH_REQUIRED',
  413: 'REQUEST_TOO_LARGE',
  414: 'REQUEST_MALFORMED',
  415: 'REQUEST_UNSUPPORTED_MEDIA',
  429: 'RATE_LIMITED',
  431: 'REQUEST_MALFORMED',
  501: 'NOT_SUPPORTED',
  503: 'SERVICE_UNAVAILABLE',
};

/** Words for the caller about errors of Fastify that have a clear meaning of their own. */
const byFastifyCode: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty although Content-Type is application/json.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body does not have the announced Content-Length.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'This endpoint does not take that Content-Type; send application/json.',
  FST_ERR_BAD_URL: 'The path is not validly encoded.',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the path is too long.',
  FST_PARTS_LIMIT: 'The form has too many parts.',
  FST_FILES_LIMIT: 'The form has too many files.',
  FST_FIELDS_LIMIT: 'The form has too many fields.',
  FST_REQ_FILE_TOO_LARGE: 'A file of the form is larger than this endpoint takes.',
};

const databaseGone = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08003',
  '08006',
  '08001',
]);
const databaseGoneText =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|the database system is/i;

/** A database that is away or restarting: the caller may try again. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // A host name with several addresses: each was tried.
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  const fields = error as { code?: unknown; syscall?: unknown };
  if (typeof fields.code === 'string' && databaseGone.has(fields.code)) {
    // ENOENT and friends mean the database only when they come from its socket.
    return /^[0-9A-Z]{5}$/.test(fields.code) && /\d/.test(fields.code)
      ? true
      : fields.syscall === 'getaddrinfo' ||
          fields.syscall === 'connect' ||
          fields.syscall === 'read' ||
          fields.syscall === 'write';
  }
  return databaseGoneText.test(error.message) || isDatabaseUnavailable(error.cause);
}

/** What any thrown value becomes on the wire. Only `AppError` may choose its words; nothing else leaks its text. */
export function toErrorAnswer(error: unknown, correlationId: string): ErrorAnswer {
  const known = error instanceof AppError ? error : toAppError(error);
  const isDefect = known.family === 'defect';
  return {
    status: known.status,
    headers: {
      ...(known.retryAfterS === undefined
        ? {}
        : { 'retry-after': String(Math.max(1, Math.ceil(known.retryAfterS))) }),
      ...(known.allow === undefined ? {} : { allow: known.allow.join(', ') }),
      ...(known.code === 'AUTH_REQUIRED'
        ? { 'www-authenticate': 'Basic realm="ironwheel", charset="UTF-8"' }
        : {}),
    },
    body: {
      ...known.extra,
      error: known.code,
      detail: known.message,
      correlation_id: correlationId,
      ...(known.issues === undefined ? {} : { issues: [...known.issues] }),
    },
    isDefect,
  };
}

/** Postgres says 53100; a file of our own is refused with the others. */
const diskFullCodes = new Set<unknown>(['53100', 'ENOSPC', 'EDQUOT']);

function toAppError(error: unknown): AppError {
  if (error instanceof Error && 'code' in error && diskFullCodes.has(error.code))
    return withCode('DISK_FULL', error, 60);
  if (isDatabaseUnavailable(error)) return withCode('SERVICE_UNAVAILABLE', error, 2);
  const fields = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    statusCode?: unknown;
  };
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : typeof fields.statusCode === 'number'
        ? fields.statusCode
        : 500;
  const code = byStatus[status] ?? (status >= 400 && status < 500 ? 'REQUEST_MALFORMED' : 'INTERNAL');
  const detail = typeof fields.code === 'string' ? byFastifyCode[fields.code] : undefined;
  return detail === undefined ? withCode(code, error) : new AppError(code, detail, { cause: error });
}

function withCode(code: ErrorCode, cause: unknown, retryAfterS?: number): AppError {
  return new AppError(code, detailOf[code] ?? errorCodes[code].meaning, {
    cause,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
  });
}
