export { findNetrc } from './assembly/find-netrc.ts';
export { openHttpAccess, type HttpAccess, type OpenTransport } from './assembly/http-access.ts';
export { openHttpAccessApart } from './assembly/http-access-apart.ts';
export { openPlanIndex } from './assembly/open-plan-index.ts';
export { PlanCaches } from './assembly/plan-caches.ts';
export { findPlanFailure } from './assembly/plan-failure.ts';
export { planLocally } from './assembly/plan-locally.ts';
export { toRequestRules, type PlanRules } from './assembly/to-request-rules.ts';
export { type ByteRange } from './index-client/fetch-file.ts';
export { IndexClient } from './index-client/index-client.ts';
export { IndexUnreachableError } from './index-client/index-error.ts';
export { openIndexFile } from './index-client/open-index-file.ts';
export { type IndexTransport } from './index-client/index-transport.ts';
export { LruMap } from './index-client/lru-map.ts';
export { type IndexFile, type ProjectListing, type ProjectNotFound } from './index-client/project-listing.ts';
export { type Netrc } from './index-client/netrc.ts';
export { redactUrl } from './index-client/redact-url.ts';
export { systemClock } from './index-client/system-clock.ts';
export { classifyInputFile } from './inputs/classify-input-file.ts';
export { linkFiles } from './inputs/file-references.ts';
export { InputInvalidError } from './inputs/input-error.ts';
export { isDistributionName, listInputFolder, type LocalInput } from './inputs/list-input-folder.ts';
export { type LockedPackage } from './inputs/locked-package.ts';
export { type LockKind } from './inputs/read-lock.ts';
export { readText } from './inputs/read-text.ts';
export { type ProjectOptions } from './inputs/read-project.ts';
export {
  readRequirementLines,
  type FileReference,
  type RequestedRequirement,
  type RequirementsInput,
} from './inputs/read-requirements.ts';
export { computePlan } from './planning/compute-plan.ts';
export { diffPlans, type PlanDifference, type PlannedState } from './planning/diff-plans.ts';
export { explainNode, type ExplainedNeed } from './planning/explain-node.ts';
export { type OwnWheelSource, type PlanRequest, type PlanStrategy } from './planning/plan-request.ts';
export { type OwnArtifact, type SourceFile } from './planning/release.ts';
export { toSnapshot } from './planning/snapshot.ts';
export { solve } from './solving/solve.ts';
export { type KeptFiles, type RandomAccess } from './index-client/package-files.ts';
