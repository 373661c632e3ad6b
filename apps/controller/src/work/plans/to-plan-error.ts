import { findPlanFailure } from '@ironwheel/resolver';
import { AppError } from '../../platform/index.ts';

const retryAfterS = 10;

/** Why no plan was made, in the words of the API; what is none of the resolver's errors comes back as it is. */
export function toPlanError(error: unknown): unknown {
  const failure = findPlanFailure(error);
  if (failure === undefined) return error;
  const { code, detail, issues, cause } = failure;
  return new AppError(code, detail, {
    cause,
    ...(issues === undefined ? {} : { issues }),
    ...(code === 'PLAN_INDEX_UNREACHABLE' ? { retryAfterS } : {}),
  });
}
