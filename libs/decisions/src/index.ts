export { causes, classify, type AttemptFacts, type Cause, type Classification } from './classify.ts';
export {
  decide,
  defaultAttemptPolicy,
  type AttemptPolicy,
  type Backoff,
  type Decision,
  type DecisionAction,
  type DecisionSnapshot,
} from './decide.ts';
export { canJobMove, isJobEnded, isJobLive, jobStates, type JobState } from './job-state.ts';
export { graceMs, isLeaseForfeit, type GraceBounds } from './lease.ts';
