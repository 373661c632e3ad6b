import { z } from 'zod';
import { idSchema } from './ids.ts';
import { jobStateSchema } from './job.ts';
import {
  fileNameSchema,
  listQuery,
  platformTagSchema,
  projectNameSchema,
  pythonTagSchema,
  runIdSchema,
  sha256Schema,
  timeSchema,
  versionTextSchema,
  wordSchema,
} from './wire-types.ts';

/** What a plan says of a node. `build` and `reuse` become the `action` of the seeds' snapshot; the others are `skip`. */
export const planVerdicts = ['build', 'reuse', 'skip', 'missing'] as const;
export const planVerdictSchema = z.enum(planVerdicts);
export type PlanVerdict = z.infer<typeof planVerdictSchema>;

export const missingReasons = [
  'no_sdist',
  'not_found',
  'no_matching_version',
  /** Versions there are, but not the one that is asked for: it is newer than all, or newer than `exclude_newer`. */
  'not_uploaded',
  'yanked',
  'requires_python',
  'excluded',
  'known_failure',
  /** A build requirement without a ready wheel for the target; `bootstrap` builds it as well. */
  'needs_bootstrap',
] as const;

/** Kinds of an edge, in the words of PEP 517 and 518: what must be there to install, and what to build. */
export const needKinds = ['install', 'build-system', 'build-backend', 'build-sdist'] as const;
export const nodeRoles = ['install', 'build'] as const;
export const planStrategies = ['pinned', 'eager', 'lowest'] as const;

/** Where the bytes of a source or a reused wheel come from. `input` and `own` are in the artifact store. */
export const planSourceSchema = z.object({
  /** `url`, `git`: named by a direct reference or by a package override. */
  origin: z.enum(['index', 'input', 'own', 'url', 'git']),
  filename: fileNameSchema,
  /** Absent for `input` and `own`: fetched from the controller by its digest. */
  url: z.string().optional(),
  /** Null when the index states none. */
  sha256: sha256Schema.nullable(),
  size: z.number().int().nonnegative().optional(),
  /** Of `git`: what is checked out, and the folder within. */
  rev: z.string().optional(),
  subdirectory: z.string().optional(),
});
export type PlanSource = z.infer<typeof planSourceSchema>;

export const planNodeSchema = z.object({
  name: projectNameSchema,
  version: versionTextSchema,
  python_version: z.string(),
  python_tag: pythonTagSchema,
  platform_tag: platformTagSchema,
  verdict: planVerdictSchema,
  /** Closed word of why, then a sentence for people. */
  reason: z.object({ code: z.string(), text: z.string() }),
  source: planSourceSchema.optional(),
  requires_python: z.string().optional(),
  /** Requirement lines that asked for it, as written, with file and line where known. */
  requested_by: z.array(z.string()),
  /** Names of nodes of this plan that it needs, by kind. */
  needs: z
    .array(
      z.object({
        name: projectNameSchema,
        /** Tells apart several versions of one project: what is installed, and what builds something. */
        version: versionTextSchema.optional(),
        kind: z.enum(needKinds),
      }),
    )
    .default([]),
  /** Extras asked for, normalized. */
  extras: z.array(z.string()).optional(),
  /** What it is for: to be installed by who asked, to build another node, or both. */
  roles: z.array(z.enum(nodeRoles)).optional(),
  /** From what the user asked for to this node: the shortest way, each step as `name version` or as written. */
  path: z.array(z.string()).optional(),
  /** Where its dependencies were read; `needs_host`: only a build on the target can tell, or a stated override. */
  metadata: z
    .object({
      place: z.enum(['core-metadata', 'wheel', 'sdist', 'override', 'lock', 'needs_host', 'none']),
      /** The file that was read. */
      filename: z.string().optional(),
      text: z.string().optional(),
    })
    .optional(),
});
export type PlanNode = z.infer<typeof planNodeSchema>;

/** Seed 001 and 004: what existing consumers read. */
export const planSnapshotNodeSchema = z.object({
  name: projectNameSchema,
  version: wordSchema(100),
  python_version: wordSchema(20).optional(),
  python_tag: wordSchema(40),
  platform_tag: wordSchema(80),
  action: z.enum(['build', 'reuse', 'skip']),
});
export const planSnapshotSchema = z.strictObject({
  run_id: runIdSchema,
  plan: z.array(planSnapshotNodeSchema).max(20_000),
});
export type PlanSnapshot = z.infer<typeof planSnapshotSchema>;

export const planDocumentSchema = z.object({
  run_id: z.string(),
  python_tag: z.string(),
  platform_tag: z.string(),
  index: z.object({ index_url: z.string().nullable(), extra_index_urls: z.array(z.string()) }),
  strategy: z.enum(planStrategies),
  plan: z.array(planSnapshotNodeSchema),
  nodes: z.array(planNodeSchema),
  reuse: z.array(z.string()),
  to_build: z.array(z.string()),
  dependency_expansions: z.array(z.string()),
  missing_requirements: z.array(z.object({ requirement: z.string(), code: z.string(), text: z.string() })),
  /** Lines whose marker is false on the target: nothing is planned for them. */
  skipped_requirements: z
    .array(z.object({ requirement: z.string(), code: z.string(), text: z.string() }))
    .optional(),
  /** The target as it was resolved for. */
  target: z
    .object({
      python_full_version: z.string(),
      abi_tag: z.string(),
      machine: z.string(),
      libc: z.string(),
    })
    .optional(),
  /** Files uploaded after this time were not looked at (RFC 3339). */
  exclude_newer: z.string().nullable().optional(),
  /** Circles among build requirements that were broken by an explicit choice; each lists `name==version`. */
  cycles: z.array(z.array(z.string())).optional(),
  /** For people: extras that do not exist, metadata that only a build can tell, last resorts taken. */
  notes: z.array(z.string()).optional(),
});
export type PlanDocument = z.infer<typeof planDocumentSchema>;

const requirementLinesSchema = z.array(z.string().min(1).max(2000)).max(10_000);

/** What a user states of one package, by hand (`PLAN_OVERRIDES_JSON`; `packages` of a call). */
export const packageOverrideSchema = z.strictObject({
  /** Where its source comes from instead of the index. */
  source: z
    .union([
      z.strictObject({
        git: z.url().max(2000),
        /** A tag, a branch or a commit; a commit alone makes the plan repeatable. */
        rev: z.string().min(1).max(200),
        subdirectory: z.string().max(500).optional(),
      }),
      z.strictObject({ url: z.url().max(2000), sha256: sha256Schema.optional() }),
    ])
    .optional(),
  /** The version that the source holds, or the only one to take. */
  version: versionTextSchema.optional(),
  /** Not to be had on the target, with the reason: it is planned as missing (`excluded`). */
  excluded: z.string().min(1).max(500).optional(),
  /** Replaces what its files say; for sdists whose dependencies only a build could tell. */
  metadata: z
    .strictObject({
      requires_dist: requirementLinesSchema,
      requires_python: z.string().max(500).optional(),
      provides_extra: z.array(z.string().max(200)).max(500).optional(),
    })
    .optional(),
  /** Replaces `build-system.requires`, and adds what the backend would ask for (PEP 517). */
  build_requires: requirementLinesSchema.optional(),
});
export type PackageOverride = z.infer<typeof packageOverrideSchema>;
/** As PEP 503 compares names. */
const toPlainName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
export const packageOverridesSchema = z
  .record(projectNameSchema, packageOverrideSchema)
  .refine((packages) => Object.keys(packages).length <= 5000, 'expected at most 5000 packages')
  .refine(
    (packages) => new Set(Object.keys(packages).map(toPlainName)).size === Object.keys(packages).length,
    'one project is named twice, in two spellings; keep one of them',
  );

/** How dependencies are resolved; the same for a call, a worker's own plan and the command line. */
const planRulesShape = {
  /** Requirement lines that replace every requirement on their project, wherever it stands. */
  overrides: requirementLinesSchema.optional(),
  /** Projects that nothing is to depend on. */
  excludes: z.array(projectNameSchema).max(1000).optional(),
  packages: packageOverridesSchema.optional(),
  /** Where a pinned version cannot be had, take the latest that can. */
  fallback_latest: z.boolean().optional(),
  /** Plan what is named and nothing that it depends on. */
  no_deps: z.boolean().optional(),
  /** Take pre-releases as well. */
  prereleases: z.boolean().optional(),
  /** `report` (default): what cannot be had is planned as missing. `avoid`: look for another solution first. */
  missing: z.enum(['report', 'avoid']).optional(),
  /** Build requirements without a wheel for the target become jobs of their own. */
  bootstrap: z.boolean().optional(),
  /** Projects that are taken as ready wheels and never built; breaks a circle of build requirements. */
  only_binary: z
    .array(z.union([z.enum([':all:', ':none:']), projectNameSchema]))
    .max(1000)
    .optional(),
  /** Leave out files uploaded after this time. */
  exclude_newer: timeSchema.optional(),
  /** Ask the index about every page, also where one that was kept may still be used unasked. */
  refresh: z.boolean().optional(),
  /** Of lock files: which extras and dependency groups to take. */
  extras: z.array(projectNameSchema).max(500).optional(),
  dependency_groups: z.array(projectNameSchema).max(500).optional(),
  /** Plan as missing what is known to fail on the target, instead of building it once more. */
  skip_known_failures: z.boolean().optional(),
  /** Most projects in the plan (`MAX_DEPS`). */
  max_deps: z.number().int().min(1).max(20_000).optional(),
} as const;

/** Body of `POST /plan/compute`. With neither `input_ids` nor `requirements` every pending input is taken. */
export const computePlanSchema = z.strictObject({
  input_ids: z.array(idSchema('input')).max(10_000).optional(),
  /** Requirement lines (PEP 508), as in a requirements file. */
  requirements: z.array(z.string().min(1).max(2000)).max(10_000).optional(),
  constraints: z.array(z.string().min(1).max(2000)).max(10_000).optional(),
  /** Interpreter version, for example `3.12`. Default: the controller's `PYTHON_VERSION`. */
  python_version: z
    .string()
    .regex(/^3\.\d{1,2}(\.\d{1,3})?t?$/, 'expected a Python version such as 3.12')
    .optional(),
  platform_tag: platformTagSchema.optional(),
  /** `pinned`: handed-in wheels fix their versions; `eager`: the newest that fits; `lowest`: the oldest. */
  strategy: z.enum(planStrategies).optional(),
  ...planRulesShape,
  /** Build even where a compatible wheel could be reused (a rebuild: a new generation). */
  rebuild: z.boolean().default(false),
  /**
   * As pip's `--no-binary`: projects whose ready wheels are not reused, so that they are built from source. `:all:` is
   * every project (wheels without compiled parts are still reused), `:none:` takes back what stands before it.
   */
  no_binary: z
    .array(z.union([z.enum([':all:', ':none:']), projectNameSchema]))
    .max(1000)
    .optional(),
  /** Enqueue at once. */
  enqueue: z.boolean().default(false),
  pool: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
});
export type ComputePlan = z.infer<typeof computePlanSchema>;

export const runStates = ['planned', 'enqueued', 'done', 'cancelled'] as const;
export const planViewSchema = planDocumentSchema.extend({
  state: z.enum(runStates),
  created_at: timeSchema,
  enqueued_at: timeSchema.nullable(),
  finished_at: timeSchema.nullable(),
  input_ids: z.array(z.string()),
  jobs: z.array(z.object({ job_id: z.string(), name: z.string(), version: z.string(), state: z.string() })),
  created_by: z.string().optional(),
  pool: z.string().optional(),
  priority: z.number().int().optional(),
});
/** Of a run, what changes: for who has read its plan already. */
export const planProgressSchema = planViewSchema.pick({
  run_id: true,
  state: true,
  enqueued_at: true,
  finished_at: true,
  jobs: true,
});
export type PlanProgress = z.infer<typeof planProgressSchema>;
/** An item of `GET /plans`. */
export const planListItemSchema = z.object({
  run_id: z.string(),
  state: z.enum(runStates),
  python_tag: z.string().nullable(),
  platform_tag: z.string().nullable(),
  created_at: timeSchema,
  created_by: z.string(),
  enqueued_at: timeSchema.nullable(),
  finished_at: timeSchema.nullable(),
  nodes: z.number().int(),
  to_build: z.number().int(),
  reuse: z.number().int(),
  missing: z.number().int(),
  /** What was asked for, in the user's words: the first few, by name. */
  asked_for: z.array(z.string()).optional(),
  /** Of how many. */
  asked_count: z.number().int().optional(),
  /** How many of its jobs are in which state. */
  jobs: z.partialRecord(jobStateSchema, z.number().int()).optional(),
});
export type PlanListItem = z.infer<typeof planListItemSchema>;
export const plansQuerySchema = listQuery().extend({ state: z.enum(runStates).optional() });
export type PlanView = z.infer<typeof planViewSchema>;
