import { z } from 'zod';
import { idSchema } from './ids.ts';
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
  'yanked',
  'requires_python',
  'excluded',
  'known_failure',
] as const;

/** Where the bytes of a source or a reused wheel come from. `input` and `own` are in the artifact store. */
export const planSourceSchema = z.object({
  origin: z.enum(['index', 'input', 'own']),
  filename: fileNameSchema,
  /** Absent for `input` and `own`: fetched from the controller by its digest. */
  url: z.string().optional(),
  /** Null when the index states none. */
  sha256: sha256Schema.nullable(),
  size: z.number().int().nonnegative().optional(),
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
        kind: z.enum(['install', 'build-system', 'build-backend', 'build-sdist']),
      }),
    )
    .default([]),
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
  strategy: z.enum(['pinned', 'eager']),
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
});
export type PlanDocument = z.infer<typeof planDocumentSchema>;

/** Body of `POST /plan/compute`. With neither `input_ids` nor `requirements` every pending input is taken. */
export const computePlanSchema = z.strictObject({
  input_ids: z.array(idSchema('input')).max(1000).optional(),
  /** Requirement lines (PEP 508), as in a requirements file. */
  requirements: z.array(z.string().min(1).max(2000)).max(10_000).optional(),
  constraints: z.array(z.string().min(1).max(2000)).max(10_000).optional(),
  /** Interpreter version, for example `3.12`. Default: the controller's `PYTHON_VERSION`. */
  python_version: z
    .string()
    .regex(/^3\.\d{1,2}(\.\d{1,3})?$/, 'expected a Python version such as 3.12')
    .optional(),
  platform_tag: platformTagSchema.optional(),
  strategy: z.enum(['pinned', 'eager']).optional(),
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
});
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
});
export type PlanListItem = z.infer<typeof planListItemSchema>;
export const plansQuerySchema = listQuery().extend({ state: z.enum(runStates).optional() });
export type PlanView = z.infer<typeof planViewSchema>;
