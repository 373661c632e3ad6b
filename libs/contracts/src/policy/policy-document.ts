import { z } from 'zod';
import { causes, decisionActions, type Cause } from '../job.ts';
import { plainTextSchema } from '../wire-types.ts';
import {
  defaultProfiles,
  policyPoolSchema,
  policyProfileSchema,
  policyProviderSchema,
} from './policy-providers.ts';
import { policyRuleSchema } from './policy-rules.ts';

const ratio = (fallback: number) => z.number().min(0).max(1).default(fallback);
const whole = (fallback: number, least: number, most: number) =>
  z.number().int().min(least).max(most).default(fallback);

const backoff = (base_s: number, factor: number, cap_s: number, jitter: number) =>
  z
    .strictObject({
      base_s: z.number().min(0).max(86_400),
      factor: z.number().min(1).max(4),
      cap_s: z.number().min(0).max(604_800),
      jitter: z.number().min(0).max(1),
    })
    .default({ base_s, factor, cap_s, jitter });
const shortBackoff = () => backoff(5, 2, 60, 0.3);

const mostAttempts: Readonly<Record<Cause, number>> = {
  package: 1,
  recipe: 1,
  platform: 1,
  resource: 2,
  worker: 3,
  provider: 6,
  policy: 1,
  cancelled: 10,
  unknown: 2,
};

/** What a wheel must have passed; the first two of `fixedGates` cannot be taken away. */
export const acceptGates = ['auditwheel_ok', 'tag_matches_target', 'import_smoke', 'sha_recorded'] as const;
export const fixedGates = ['auditwheel_ok', 'sha_recorded'] as const;

const sloSchema = (target: number) => z.strictObject({ target: ratio(target) }).prefault({});

/** The parts of a policy document, each with what it is where it is left out (docs/contracts.md, Policy document). */
export const policySections = {
  schema: z.literal(1).default(1),
  base_version: z.number().int().min(1).optional(),
  meta: z.strictObject({
    author: plainTextSchema(200).min(1),
    reason: plainTextSchema(2000).min(8, 'expected a reason of at least 8 characters'),
  }),
  attempts: z
    .strictObject({
      max_per_job: whole(4, 1, 10),
      max_per_cause: z
        .strictObject(
          Object.fromEntries(causes.map((cause) => [cause, whole(mostAttempts[cause], 1, 100)])) as Record<
            Cause,
            ReturnType<typeof whole>
          >,
        )
        .prefault({}),
      max_worker_s_per_job: whole(21_600, 60, 30 * 86_400),
    })
    .prefault({}),
  backoff: z
    .strictObject({
      package: shortBackoff(),
      recipe: shortBackoff(),
      platform: shortBackoff(),
      resource: shortBackoff(),
      worker: backoff(5, 1, 5, 0),
      provider: backoff(60, 2, 1800, 0.3),
      policy: shortBackoff(),
      cancelled: shortBackoff(),
      unknown: backoff(120, 2, 900, 0.3),
      /** Of cause `provider`, where the source itself is not there, or not yet. */
      missing_sdist: backoff(1800, 2, 21_600, 0.3),
      respect_retry_after: z.boolean().default(true),
      max_retry_after_s: whole(3600, 0, 21_600),
    })
    .prefault({}),
  retry_budget: z
    .strictObject({ percent: z.number().min(0).max(100).default(20), min_concurrent: whole(3, 0, 10_000) })
    .prefault({}),
  confidence: z
    .strictObject({
      accept: z.strictObject({ min: ratio(0.95) }).prefault({}),
      retry: z.strictObject({ min: ratio(0.25) }).prefault({}),
      retry_hint: z.strictObject({ min: ratio(0.35) }).prefault({}),
      give_up: z.strictObject({ min: ratio(0.8) }).prefault({}),
      quarantine: z.strictObject({ min: ratio(0.85) }).prefault({}),
      wait: z.strictObject({ min: ratio(0.6) }).prefault({}),
    })
    .prefault({}),
  classify: z.strictObject({ unknown_below: ratio(0.5) }).prefault({}),
  /** What is done when nothing is sure enough, in this order. */
  fallback: z
    .array(z.enum(decisionActions).exclude(['accept']))
    .min(1)
    .max(4)
    .default(['retry', 'give_up']),
  rules: z.array(policyRuleSchema).max(300).default([]),
  /** By slug, for example `pypi`. */
  providers: z.record(plainTextSchema(255).min(1), policyProviderSchema).default({}),
  profiles: z.record(plainTextSchema(63).min(1), policyProfileSchema).prefault(defaultProfiles),
  pools: z.record(plainTextSchema(63).min(1), policyPoolSchema).default({}),
  quarantine: z
    .strictObject({
      consecutive: whole(3, 1, 1000),
      distinct_packages: whole(3, 1, 1000),
      fail_ratio: ratio(0.6),
      min_attempts: whole(8, 1, 1000),
      window: whole(20, 1, 1000),
      base_s: whole(900, 1, 604_800),
      cap_s: whole(86_400, 1, 30 * 86_400),
      max_percent: z.number().min(0).max(100).default(20),
      min_active: whole(1, 1, 100_000),
      canary_job: plainTextSchema(100).min(1).default('smoke'),
    })
    .prefault({}),
  give_up: z.strictObject({ audit_percent: z.number().min(0).max(10).default(2) }).prefault({}),
  accept: z
    .strictObject({
      require: z
        .array(z.enum(acceptGates))
        .min(1)
        .default([...acceptGates]),
    })
    .prefault({}),
  explore: z
    .strictObject({
      enabled: z.boolean().default(false),
      percent: z.number().min(0).max(100).default(2),
      actions: z.array(z.enum(['retry', 'retry_hint'])).default(['retry', 'retry_hint']),
    })
    .prefault({}),
  canary: z
    .strictObject({
      percent: z.number().min(0).max(100).default(10),
      hash_key: z.literal('job_id').default('job_id'),
    })
    .prefault({}),
  slo: z
    .strictObject({
      claim_latency: sloSchema(0.99),
      schedule_latency: sloSchema(0.95),
      heartbeat_freshness: sloSchema(0.995),
      build_success: sloSchema(0.98),
      decision_latency: sloSchema(0.99),
      log_completeness: sloSchema(0.995),
      knownness: sloSchema(0.9),
      artifact_durability: sloSchema(1),
    })
    .prefault({}),
} as const;

/** One version of the policy. People write it, so an unknown field is refused. */
export const policyDocumentSchema = z.strictObject(policySections);
export type PolicyDocument = z.output<typeof policyDocumentSchema>;
export type PolicyDocumentText = z.input<typeof policyDocumentSchema>;
