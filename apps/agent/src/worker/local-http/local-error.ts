import { errorCodes, type ErrorBody } from '@ironwheel/contracts';
import { v7 as createUuid } from 'uuid';

/** Codes of the worker's own endpoints that the controller does not have. */
const localCodes = {
  PLAN_FILE_NOT_FOUND: 404,
  PLAN_FILE_INVALID: 500,
  PLAN_DIRECTORY_MISSING: 409,
  PLAN_INDEX_MISSING: 409,
  PLAN_INPUT_INVALID: 422,
  CONTROLLER_UNREACHABLE: 502,
  CONTROLLER_REFUSED: 502,
} as const;
export type LocalErrorCode =
  | keyof typeof localCodes
  | 'AUTH_REQUIRED'
  | 'PLAN_UNRESOLVABLE'
  | 'PLAN_INDEX_UNREACHABLE'
  | 'ROUTE_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_INVALID'
  | 'REQUEST_MALFORMED'
  | 'REQUEST_TOO_LARGE'
  | 'REQUEST_ORIGIN_REFUSED'
  | 'INTERNAL';

const isLocal = (code: LocalErrorCode): code is keyof typeof localCodes => code in localCodes;

/** An error of the worker's endpoints, in the shape of the contract. */
export class LocalHttpError extends Error {
  readonly code: LocalErrorCode;
  readonly status: number;
  readonly issues: ErrorBody['issues'];

  constructor(code: LocalErrorCode, detail: string, issues?: ErrorBody['issues'], options?: ErrorOptions) {
    super(detail, options);
    this.name = 'LocalHttpError';
    this.code = code;
    this.status = isLocal(code) ? localCodes[code] : errorCodes[code].status;
    this.issues = issues;
  }

  toBody(): ErrorBody {
    return {
      error: this.code,
      detail: this.message,
      correlation_id: createUuid(),
      ...(this.issues === undefined ? {} : { issues: this.issues }),
    };
  }
}
