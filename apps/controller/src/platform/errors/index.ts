export { AppError, type AppErrorOptions } from './app-error.ts';
export { ErrorFilter } from './error-filter.ts';
export { SchemaPipe } from './schema-pipe.ts';
export { isDatabaseUnavailable, toErrorAnswer } from './to-error-answer.ts';
