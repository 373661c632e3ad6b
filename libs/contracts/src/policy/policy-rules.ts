import { z } from 'zod';
import { causeSchema, decisionActionSchema, phaseSchema } from '../job.ts';
import { plainTextSchema, projectNameSchema, pythonTagSchema, timeSchema } from '../wire-types.ts';

/** Longest pattern of a rule; patterns are RE2's, so that a log of any form costs time in proportion to its length. */
export const maxPatternChars = 300;

const keySchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'expected a key: a-z, 0-9, ".", "-", "_"');

/** When a rule fits: every part that is there must, and one must be there. */
export const ruleConditionSchema = z
  .strictObject({
    phase: phaseSchema.optional(),
    /** The program that failed: compiler, linker, cmake, meson, ninja, cargo, setuptools, pip, auditwheel. */
    tool: keySchema.optional(),
    /** In one of the lines that matter. */
    anchor_regex: plainTextSchema(maxPatternChars).min(1).optional(),
    exit: z.number().int().min(-64).max(255).optional(),
    signal: z.number().int().min(1).max(64).optional(),
    provider: plainTextSchema(255).min(1).optional(),
    package: projectNameSchema.optional(),
    python: pythonTagSchema.optional(),
  })
  .refine((when) => Object.keys(when).length > 0, 'expected at least one condition');

export const policyRuleSchema = z.strictObject({
  id: keySchema,
  /** The highest is asked first. */
  prio: z.number().int().min(0).max(1_000_000).default(0),
  when: ruleConditionSchema,
  cause: causeSchema,
  decision: decisionActionSchema.exclude(['accept']),
  hint_id: plainTextSchema(100).min(1).optional(),
  /** That the decision will do what it claims, and what this belief is worth in observations. */
  p_prior: z.number().min(0).max(1),
  strength: z.number().min(0.1).max(1000).default(4),
  enabled: z.boolean().default(true),
  expires_at: timeSchema.optional(),
  /** Lines that the rule's pattern must find, and that it must not. */
  tests: z
    .array(z.strictObject({ line: plainTextSchema(500), matches: z.boolean() }))
    .max(10)
    .default([]),
});
export type PolicyRule = z.output<typeof policyRuleSchema>;
