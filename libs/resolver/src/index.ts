export { IndexClient, type IndexClientOptions, type IndexSource } from './index-client/index-client.ts';
export { IndexUnreachableError, type IndexProblem } from './index-client/index-error.ts';
export {
  createFetchTransport,
  type FetchFunction,
  type IndexClock,
  type IndexResponse,
  type IndexTransport,
} from './index-client/index-transport.ts';
export {
  type IndexFile,
  type PackageIndex,
  type ProjectListing,
  type ProjectNotFound,
} from './index-client/project-listing.ts';
export { redactUrl } from './index-client/redact-url.ts';
export { systemClock } from './index-client/system-clock.ts';
export { classifyInputFile } from './inputs/classify-input-file.ts';
export { InputInvalidError } from './inputs/input-error.ts';
export {
  readRequirementLines,
  readRequirements,
  readTextInput,
  type RequestedRequirement,
  type RequirementsInput,
} from './inputs/read-requirements.ts';
export { computePlan, type PlanRequest } from './planning/compute-plan.ts';
export { PlanUnresolvableError, type PlanProblem } from './planning/plan-error.ts';
export { type OwnArtifact, type SourceFile } from './planning/release.ts';
export { toSnapshot, toSnapshotNode } from './planning/snapshot.ts';
