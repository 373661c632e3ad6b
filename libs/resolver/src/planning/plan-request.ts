import { type PackageOverride, type planStrategies } from '@ironwheel/contracts';
import { type TargetEnvironment } from '@ironwheel/packaging';
import { type KeptFiles, type PackageFiles } from '../index-client/package-files.ts';
import { type PackageIndex } from '../index-client/project-listing.ts';
import { type LockedPackage } from '../inputs/locked-package.ts';
import { type RequestedRequirement } from '../inputs/read-requirements.ts';
import { type MissingPolicy } from '../solving/solver-types.ts';
import { type OwnArtifact, type SourceFile } from './release.ts';

export type PlanStrategy = (typeof planStrategies)[number];

/** Bounds that end in a clear error, never in half a plan. */
export interface PlanLimits {
  /** Projects in the plan (`MAX_DEPS`). */
  readonly maxPackages: number;
  readonly maxDepth: number;
  /** Requirements of one release. */
  readonly maxRequirements: number;
  readonly maxSteps: number;
}

export const defaultPlanLimits: PlanLimits = {
  maxPackages: 5000,
  maxDepth: 200,
  maxRequirements: 2000,
  maxSteps: 200_000,
};

/** Knows which wheels our own index serves for the target, of one project. */
export interface OwnWheelSource {
  list(normalizedName: string): Promise<readonly OwnArtifact[]>;
}

export interface PlanRequest {
  readonly runId: string;
  readonly requirements: readonly RequestedRequirement[];
  readonly constraints?: readonly RequestedRequirement[];
  /** Handed-in wheels and sdists; each stands for its name and version. */
  readonly sourceFiles?: readonly SourceFile[];
  /** Of lock files, selected for the target. */
  readonly locked?: readonly LockedPackage[];
  readonly own?: OwnWheelSource;
  readonly target: TargetEnvironment;
  readonly strategy: PlanStrategy;
  readonly rebuild?: boolean;
  /** As pip's `--no-binary`, in order: names, `:all:`, `:none:`. */
  readonly noBinary?: readonly string[];
  /** As pip's `--only-binary`: taken as ready wheels, never built. */
  readonly onlyBinary?: readonly string[];
  readonly allowsPrereleases?: boolean;
  /** Requirement lines that replace every requirement on their project. */
  readonly overrides?: readonly RequestedRequirement[];
  readonly excludes?: readonly string[];
  /** By project name as given. */
  readonly packages?: Readonly<Record<string, PackageOverride>>;
  readonly fallbackLatest?: boolean;
  readonly noDeps?: boolean;
  /** Build requirements without a ready wheel become nodes to build. */
  readonly bootstrap?: boolean;
  /** Whether build requirements are planned at all; default true. */
  readonly planBuilds?: boolean;
  readonly missingPolicy?: MissingPolicy;
  /** RFC 3339; files uploaded later are not there. Told in the plan; the index client leaves them out. */
  readonly excludeNewer?: string;
  /** `name==version` of what is known to fail on this target, with the reason. */
  readonly knownFailures?: ReadonlyMap<string, string>;
  readonly limits?: Partial<PlanLimits>;
  /** Null: plan from what is at hand only. */
  readonly index: (PackageIndex & PackageFiles) | null;
  /** Opens what was handed in; without it nothing is read from there. */
  readonly kept?: KeptFiles;
  readonly signal?: AbortSignal;
  readonly breathe?: () => Promise<void>;
}
