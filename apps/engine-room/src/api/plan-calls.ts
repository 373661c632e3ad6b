import {
  cancelImpactSchema,
  listOf,
  planListItemSchema,
  planProgressSchema,
  planViewSchema,
} from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const plans = listOf(planListItemSchema);
const at = (runId: string): string => `/plans/${encodeURIComponent(runId)}`;
const withReason = (reason: string): Readonly<Record<string, string>> => (reason === '' ? {} : { reason });

export const listPlans = (query: QueryValues = {}) =>
  ({ method: 'GET', path: '/plans', query, answer: plans }) satisfies ApiCall;

export const getPlan = (runId: string) =>
  ({ method: 'GET', path: at(runId), answer: planViewSchema }) satisfies ApiCall;

export const getPlanProgress = (runId: string) =>
  ({ method: 'GET', path: `${at(runId)}/progress`, answer: planProgressSchema }) satisfies ApiCall;

/** Takes as long as the index does; who hangs up ends it. */
export const computePlan = (body: unknown) =>
  ({ method: 'POST', path: '/plan/compute', body, answer: planViewSchema }) satisfies ApiCall;

export const enqueuePlan = (runId: string, reason: string) =>
  ({
    method: 'POST',
    path: `${at(runId)}/enqueue`,
    body: withReason(reason),
    answer: planViewSchema,
  }) satisfies ApiCall;

export const cancelPlan = (runId: string, reason: string, isDryRun: boolean) =>
  ({
    method: 'POST',
    path: `${at(runId)}/cancel`,
    query: isDryRun ? { dry_run: true } : {},
    body: withReason(reason),
    answer: cancelImpactSchema,
  }) satisfies ApiCall;
