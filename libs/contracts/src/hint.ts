import { z } from 'zod';
import { causeSchema } from './job.ts';
import { recipesSchema, statedRecipesSchema } from './recipe.ts';
import { listOf, plainTextSchema, projectNameSchema, timeSchema, versionTextSchema } from './wire-types.ts';

export const hintSources = ['builtin', 'operator', 'suggested'] as const;

/** What a log says of a failure that no system package mends; a hint may be made for such logs. */
export const hintLogClasses = [
  'network',
  'resource',
  'python-module',
  'python-too-new',
  'unsupported-arch',
  'no-source',
  'compiler-strictness',
  'host-baseline',
  'link-error',
  'symbols-too-recent',
] as const;

export const hintIdSchema = z
  .string()
  .max(100)
  .regex(/^(?:hint_|builtin-)[a-z0-9-]+$/, 'expected the id of a hint');

/** RE2: no look-around and no references back, so that no pattern can be slow. */
export const hintPatternSchema = plainTextSchema(300).min(1);

export const hintTestSchema = z.strictObject({
  /** Some lines of a log. */
  text: plainTextSchema(4000).min(1),
  /** Whether the hint is to match it. */
  matches: z.boolean(),
});

const statedFields = {
  /** Matched against single lines of the first error block (seed 001); with several alternatives, `patterns`. */
  pattern: hintPatternSchema.nullable().optional(),
  patterns: z.array(hintPatternSchema).max(20).optional(),
  /** Besides, some line of the same block has to match this. */
  alongside: hintPatternSchema.nullable().optional(),
  recipes: statedRecipesSchema,
  note: plainTextSchema(2000).optional(),
  /** Only builds of this project, and of the versions that the specifier takes (PEP 440). */
  package: projectNameSchema.nullable().optional(),
  specifier: plainTextSchema(500).nullable().optional(),
  tests: z.array(hintTestSchema).max(50).optional(),
  /** The hint is made for logs of this class, where others keep still. */
  answers: z.enum(hintLogClasses).nullable().optional(),
  enabled: z.boolean().optional(),
  expires_at: timeSchema.nullable().optional(),
} as const;

/** A hint as a person writes it. Without a pattern it stands: it goes into every build of its `package`. */
export const statedHintSchema = z.strictObject(statedFields);
export type StatedHint = z.output<typeof statedHintSchema>;

/** Body of `POST /hints`; `suggested`: taken from a suggestion. */
export const createHintSchema = statedHintSchema.extend({
  source: z.enum(['operator', 'suggested']).optional(),
});

/** Body of `PUT /hints/{id}`: the whole hint anew. `revision`: what was read; another is a conflict. */
export const replaceHintSchema = statedHintSchema.extend({ revision: z.number().int().min(0).optional() });

/** A share with its 95 % interval (Wilson); null in place of it where nothing was tried. */
export const measuredRateSchema = z.object({
  n: z.number().int(),
  rate: z.number(),
  low: z.number(),
  high: z.number(),
});

export const hintViewSchema = z.object({
  id: hintIdSchema,
  /** The first of `patterns`; null: a standing hint. */
  pattern: z.string().nullable(),
  patterns: z.array(z.string()),
  alongside: z.string().nullable(),
  /** Actions besides `recipes` that follow from what the pattern caught. */
  rule: z.enum(['pkg-config', 'python-module']).nullable(),
  answers: z.enum(hintLogClasses).nullable(),
  recipes: recipesSchema,
  note: z.string(),
  package: z.string().nullable(),
  specifier: z.string().nullable(),
  tests: z.array(hintTestSchema),
  source: z.enum(hintSources),
  enabled: z.boolean(),
  expires_at: timeSchema.nullable(),
  /** Counts changes; 0: an entry of the catalogue as it was shipped. */
  revision: z.number().int(),
  created_by: z.string().nullable(),
  created_at: timeSchema.nullable(),
  updated_at: timeSchema.nullable(),
  stats: z.object({
    /** How often it was applied, those whose next attempt has not ended included. */
    applied: z.number().int(),
    succeeded: z.number().int(),
    /** The next attempt failed at another place. */
    moved_on: z.number().int(),
    failed: z.number().int(),
    success: measuredRateSchema.nullable(),
    last_applied_at: timeSchema.nullable(),
  }),
});
export type HintView = z.infer<typeof hintViewSchema>;

/** Answer of `DELETE /hints/{id}`; of the catalogue an entry is restored, not deleted. */
export const deletedHintSchema = z.object({
  dry_run: z.boolean(),
  deleted: z.boolean(),
  restored: z.boolean(),
  hint: hintViewSchema,
});

export type DeletedHint = z.infer<typeof deletedHintSchema>;

export const hintListSchema = listOf(hintViewSchema);

export const hintsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  source: z.enum(hintSources).optional(),
  package: projectNameSchema.optional(),
});

export const hintApplicationSchema = z.object({
  hint_id: z.string(),
  job_id: z.string(),
  name: z.string(),
  version: z.string(),
  /** The attempt that failed, and the line of its log that the hint matched. */
  attempt_id: z.string(),
  line: z.object({ line_no: z.number().int(), text: z.string() }),
  /** What it added to the next attempt. */
  recipes: recipesSchema,
  recipe_digest: z.string(),
  /** Of the next attempt; null: it has not ended. `moved_on`: it failed at another place. */
  outcome: z.enum(['succeeded', 'failed', 'moved_on']).nullable(),
  next_attempt_id: z.string().nullable(),
  applied_at: timeSchema,
});
export type HintApplication = z.infer<typeof hintApplicationSchema>;

/** Body of `POST /hints/test`: a log, or that of an attempt, against the catalogue and perhaps a draft. */
export const testHintsSchema = z
  .strictObject({
    log: plainTextSchema(4_000_000).optional(),
    attempt_id: z.string().max(100).optional(),
    /** Only hints in scope of this project are offered; those of others are shown as out of scope. */
    package: projectNameSchema.optional(),
    version: versionTextSchema.optional(),
    hint: statedHintSchema.optional(),
  })
  .refine(
    ({ log, attempt_id: attemptId }) => (log === undefined) !== (attemptId === undefined),
    'expected one of `log` and `attempt_id`',
  );

const lineSchema = z.object({ line_no: z.number().int(), text: z.string() });

export const hintSuggestionSchema = z.object({
  /** Ready for `POST /hints`, once a person has named what is missing. */
  draft: z.object({
    pattern: z.string(),
    recipes: recipesSchema,
    note: z.string(),
    tests: z.array(hintTestSchema),
  }),
  line: lineSchema,
  /** Where it was seen; of a tested text: nowhere. */
  attempt_ids: z.array(z.string()),
  packages: z.array(z.string()),
});
export type HintSuggestionView = z.infer<typeof hintSuggestionSchema>;

export const hintTestAnswerSchema = z.object({
  /** What the log says that no package mends. */
  log_class: z
    .object({ class: z.enum(hintLogClasses), cause: causeSchema, rule: z.string(), line: lineSchema })
    .nullable(),
  /** Where the failure begins; only there hints are looked for. */
  block: z.array(lineSchema),
  matches: z.array(
    z.object({
      /** Null: the draft. */
      hint_id: z.string().nullable(),
      line: lineSchema,
      recipes: recipesSchema,
      /** What of it takes effect with each package manager. */
      on: z.object({ apt: recipesSchema, dnf: recipesSchema }),
      is_offered: z.boolean(),
      /** Why it would not be offered: `disabled`, `expired`, `out_of_scope`. */
      not_offered_because: z.enum(['disabled', 'expired', 'out_of_scope']).nullable(),
    }),
  ),
  suggestion: hintSuggestionSchema.nullable(),
});
export type HintTestAnswer = z.infer<typeof hintTestAnswerSchema>;
