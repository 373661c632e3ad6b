import { z } from 'zod';
import { plainTextSchema } from '../wire-types.ts';

const count = (fallback: number, least = 1) => z.number().int().min(least).max(100_000).default(fallback);
const seconds = (fallback: number) => z.number().int().min(1).max(86_400).default(fallback);

/** An outside source: how it is probed, and when it counts as away. */
export const policyProviderSchema = z.strictObject({
  probe: z.strictObject({ interval_s: seconds(30), timeout_s: seconds(5) }).prefault({}),
  breaker: z
    .strictObject({
      consecutive: count(5),
      min_workers: count(2),
      min_packages: count(2),
      err_ratio: z.number().min(0).max(1).default(0.5),
      min_requests: count(20),
      open_s: seconds(60),
      max_open_s: seconds(900),
      half_open_starts: count(1),
    })
    .prefault({}),
  /** `soft`: a source of its `fallback` may stand in. */
  criticality: z.enum(['hard', 'soft']).default('hard'),
  fallback: z.array(plainTextSchema(255).min(1)).max(20).default([]),
});

/** What a claim may ask of a source at most. */
const limits = {
  lease_max: count(16),
  per_worker: count(4),
  starts_per_min: count(30),
  burst: count(10),
  retry_budget_percent: z.number().min(0).max(100).default(20),
};
const aimdSchema = z.strictObject({
  up_after_clean: count(10),
  down_429: z.number().min(0).max(1).default(0.5),
  down_err: z.number().min(0).max(1).default(0.7),
  floor: count(1),
});
const rampSchema = z.strictObject({
  start: count(1),
  factor: z.number().min(1).max(10).default(2),
  step_s: seconds(600),
  min_clean: count(5),
  back_factor: z.number().min(0).max(1).default(0.5),
  hold_steps: count(2, 0),
  graduate_after: count(2),
});
export const policyProfileSchema = z.strictObject({
  ...limits,
  aimd: aimdSchema.nullable().default(null),
  pip: z
    .strictObject({ retries: z.number().int().min(0).max(10).default(2), timeout_s: seconds(15) })
    .prefault({}),
  cache: z.enum(['read_through', 'prefer_cached']).default('read_through'),
  job_filter: z.enum(['any', 'cached_first', 'short_and_known']).default('any'),
  ramp: rampSchema.nullable().default(null),
});
export type PolicyProfile = z.output<typeof policyProfileSchema>;

/** Limits of one pool, instead of its profiles'. */
export const policyOverrideSchema = z.strictObject({
  lease_max: limits.lease_max.unwrap().optional(),
  per_worker: limits.per_worker.unwrap().optional(),
  starts_per_min: limits.starts_per_min.unwrap().optional(),
  burst: limits.burst.unwrap().optional(),
  retry_budget_percent: limits.retry_budget_percent.unwrap().optional(),
  /** An override tightens; only with this it may loosen. */
  allow_loosen: z.boolean().default(false),
});

export const profileNames = ['standard', 'low_hit', 'warmup'] as const;
export type ProfileName = (typeof profileNames)[number];

export const policyPoolSchema = z.strictObject({
  /** By provider. */
  profile: z.record(plainTextSchema(255).min(1), z.enum(profileNames)).default({}),
  override: policyOverrideSchema.optional(),
});

/** The three profiles with which a controller starts. */
export const defaultProfiles = {
  standard: { aimd: {} },
  low_hit: {
    lease_max: 2,
    per_worker: 1,
    starts_per_min: 4,
    burst: 1,
    retry_budget_percent: 10,
    pip: { retries: 1, timeout_s: 30 },
    cache: 'prefer_cached',
    job_filter: 'cached_first',
  },
  warmup: {
    lease_max: 16,
    per_worker: 1,
    starts_per_min: 2,
    burst: 1,
    retry_budget_percent: 0,
    pip: { retries: 1, timeout_s: 15 },
    job_filter: 'short_and_known',
    ramp: {},
  },
} as const;
