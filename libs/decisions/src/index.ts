export { causes, type Cause } from './causes.ts';
export { classify, type Classification, type RuleEvidence } from './classify.ts';
export { type Adjustment, type Means } from './adjustment.ts';
export {
  boundLines,
  factBounds,
  findTool,
  signalOfExit,
  type AttemptFacts,
  type LogLine,
} from './attempt-facts.ts';
export {
  findBlock,
  workerStandings,
  type JobBlock,
  type NeededJob,
  type WaitingFacts,
  type WorkerStanding,
} from './blocked-by.ts';
export { canonicalJson } from './canonical-json.ts';
export { decide } from './decide.ts';
export { type Alternative, type Decision, type TraceStep } from './decision.ts';
export { posterior, type Evidence, type Prior } from './evidence.ts';
export { guessCause } from './guess-cause.ts';
export { memoryClasses, memoryClassesWithin } from './memory-classes.ts';
export {
  decisionActions,
  defaultPolicy,
  type Backoff,
  type DecisionAction,
  type Policy,
  type SideAction,
} from './policy.ts';
export { type LinePattern, type Rule, type RuleCondition } from './rule.ts';
export { snapshotForm, type DecisionSnapshot } from './snapshot.ts';
export { canJobMove, isJobEnded, jobStates, type JobState } from './job-state.ts';
export { graceMs, type GraceBounds } from './lease.ts';
export {
  matchServer,
  toMatchText,
  type MatchableServer,
  type MatchableWorker,
  type ServerMatch,
  type ServerMatchKey,
} from './match-server.ts';
export {
  defaultQuarantinePolicy,
  quarantineFor,
  type QuarantineHistory,
  type QuarantinePolicy,
  type QuarantineVerdict,
  type WorkerOutcome,
} from './quarantine.ts';
export {
  effectiveIntent,
  type ClaimBlock,
  type EffectiveIntent,
  type IntentColumns,
  type Quarantine,
} from './worker-intent.ts';
export {
  canCommandMove,
  commandStatesBefore,
  endedCommandStates,
  endsAttempts,
  isCommandEnded,
  isLifecycleVerb,
  openCommandStates,
  type CommandState,
} from './command-state.ts';
export {
  addsTo,
  type BuiltinHint,
  builtinHints,
  emptyRecipe,
  findFirstErrorBlock,
  findHintMatches,
  findLogClass,
  type FoundLogClass,
  hintConfidence,
  type HintContext,
  type HintMatch,
  hintPriors,
  type HintRecord,
  type HintRule,
  hintRanks,
  hintRules,
  isErrorLine,
  type HintSuggestion,
  type LineMatcher,
  type LogClass,
  logClasses,
  logClassRules,
  matchHints,
  type MeasuredRate,
  mergeRecipes,
  normalizeRecipe,
  type OfferedHint,
  type PackageManager,
  type Recipe,
  recipeOn,
  recipeText,
  suggestHint,
  toLineMatcher,
  toUsableBuiltin,
  type UsableHint,
  wilsonInterval,
} from './hints/index.ts';
