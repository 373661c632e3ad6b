import { ApiError } from '../../api/api-error.ts';

/** Somebody else saved meanwhile: not an error to be shown, but a choice to be made. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'REVISION_CONFLICT';
