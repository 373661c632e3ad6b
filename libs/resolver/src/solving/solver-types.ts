import { type missingReasons } from '@ironwheel/contracts';
import { type Requirement, type TargetEnvironment, type Version } from '@ironwheel/packaging';

export type MissingReason = (typeof missingReasons)[number];

export interface Missing {
  readonly code: MissingReason;
  /** One sentence for people. */
  readonly text: string;
}

/** One release that may be chosen. */
export interface SolverRelease {
  readonly version: Version;
  /** Null: it can be had for the target. Else why not; it is chosen as a last resort only, and reported as missing. */
  readonly missing: Missing | null;
  /** Every file of it is yanked (PEP 592): taken only where a requirement pins exactly this version. */
  readonly isYanked: boolean;
}

/** What a release needs to be installed. */
export interface ReleaseNeeds {
  /** With their markers, `extra` included; nothing is evaluated yet. */
  readonly requirements: readonly Requirement[];
  /** Normalized. */
  readonly providesExtra: readonly string[];
  /** Why its own metadata keep it from the target (Requires-Python); null when nothing does. */
  readonly refusal: Missing | null;
  /** Only a build could tell: nothing stands above because nobody knows it, so it is no way out of a conflict. */
  readonly isUnknown: boolean;
}

/** Answers the solver's questions; answers are asked for once and kept. */
export interface ReleaseProvider<R extends SolverRelease> {
  /** Every release of a project in any order; empty when nobody has the project. */
  listReleases(normalizedName: string): Promise<readonly R[]>;
  readNeeds(normalizedName: string, release: R): Promise<ReleaseNeeds>;
  /** Whether a direct URL is the one that was asked for by the user; those of other packages are refused. */
  allowsUrl(normalizedName: string, url: string): boolean;
}

/** A line of the user's. */
export interface RootRequirement {
  /** Its marker holds on the target. */
  readonly requirement: Requirement;
  /** For people: `numpy>=1.26 (requirements.txt:3)`. */
  readonly label: string;
}

/** As pip's and uv's resolution strategies: `lowest` is the oldest version that fits, for everything. */
export const versionPreferences = ['newest', 'lowest'] as const;
export type VersionPreference = (typeof versionPreferences)[number];

/**
 * What becomes of a requirement that, taken alone, no release to be had satisfies. `report`: it is planned as missing.
 * `avoid`: another solution is looked for first, with older versions of whatever asks for it.
 */
export const missingPolicies = ['report', 'avoid'] as const;
export type MissingPolicy = (typeof missingPolicies)[number];

export interface SolverLimits {
  /** Projects in the solution (`MAX_DEPS`). */
  readonly maxPackages: number;
  /** Steps from a root requirement. */
  readonly maxDepth: number;
  /** Requirements of one release. */
  readonly maxRequirements: number;
  /** Decisions and conflicts in all. */
  readonly maxSteps: number;
}

export interface SolveRequest<R extends SolverRelease> {
  readonly roots: readonly RootRequirement[];
  /** Bound versions of what is needed anyway; they ask for nothing. */
  readonly constraints: readonly RootRequirement[];
  /** Replace every requirement on a project, wherever it stands, by normalized name. An empty list: any version. */
  readonly overrides: ReadonlyMap<string, readonly RootRequirement[]>;
  /** Projects that nobody is to depend on: requirements on them are dropped. */
  readonly excludes: ReadonlySet<string>;
  readonly target: TargetEnvironment;
  readonly provider: ReleaseProvider<R>;
  readonly preference: VersionPreference;
  /** Versions kept where they fit, by normalized name: before `preference` decides. */
  readonly preferred: ReadonlyMap<string, Version>;
  /** `--pre`; else pre-releases follow PEP 440. */
  readonly allowsPrereleases: boolean;
  readonly missingPolicy: MissingPolicy;
  readonly limits: SolverLimits;
  /** As pip's `--no-deps`: only the roots are planned. */
  readonly noDeps: boolean;
  readonly signal?: AbortSignal;
  /** Called between steps now and then, so that others of the process come to their turn. */
  readonly breathe?: () => Promise<void>;
}

/** Who wants a package of the solution, and in which words. */
export interface SolvedEdge {
  /** Normalized name of a package of the solution; null: the user. */
  readonly parent: string | null;
  /** The requirement as written, or the root's label. */
  readonly text: string;
  /** The parent's extra that brings it; null without one. */
  readonly extra: string | null;
}

export interface SolvedPackage<R extends SolverRelease> {
  readonly name: string;
  /** Null: no release is known that would do; `missing` says why. */
  readonly release: R | null;
  readonly missing: Missing | null;
  /** Extras asked for, normalized, sorted. */
  readonly extras: readonly string[];
  /** At least one; the user's first, then in the order of the parents' names. */
  readonly requiredBy: readonly SolvedEdge[];
}

/** Why nothing fits, for people: who wants what, from the cause to the end. */
export interface Conflict {
  /** One sentence. */
  readonly summary: string;
  /** The steps of the proof, one sentence each. */
  readonly steps: readonly string[];
  /** Projects that take part, normalized. */
  readonly packages: readonly string[];
}

export type SolveOutcome<R extends SolverRelease> =
  | {
      readonly kind: 'solved';
      /** Sorted by name. */
      readonly packages: readonly SolvedPackage<R>[];
      /** For people: an extra that a release does not have, a pre-release taken as a last resort. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'conflict'; readonly conflict: Conflict };
