export { AttemptEnding } from './attempt-ending.ts';
export { isAttemptLive, type AttemptRow } from './attempt.row.ts';
export { AttemptsModule } from './attempts.module.ts';
export { AttemptsRepository } from './attempts.repository.ts';
