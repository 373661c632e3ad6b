export { causes, type Cause } from './causes.ts';
export { classify, type AttemptFacts, type Classification } from './classify.ts';
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
