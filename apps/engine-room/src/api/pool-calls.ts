import { archivedPoolSchema, listOf, poolViewSchema } from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const pools = listOf(poolViewSchema);
const at = (name: string): string => `/pools/${encodeURIComponent(name)}`;
type Body = Readonly<Record<string, unknown>>;

export const listPools = (query: QueryValues = {}) =>
  ({ method: 'GET', path: '/pools', query, answer: pools }) satisfies ApiCall;

export const getPool = (name: string) =>
  ({ method: 'GET', path: at(name), answer: poolViewSchema }) satisfies ApiCall;

export const createPool = (body: Body) =>
  ({ method: 'POST', path: '/pools', body, answer: poolViewSchema }) satisfies ApiCall;

export const editPool = (name: string, body: Body) =>
  ({ method: 'PATCH', path: at(name), body, answer: poolViewSchema }) satisfies ApiCall;

export const scalePool = (name: string, maxJobs: number | null, reason: string) =>
  ({
    method: 'POST',
    path: `${at(name)}/scale`,
    body: { max_jobs: maxJobs, ...(reason === '' ? {} : { reason }) },
    answer: poolViewSchema,
  }) satisfies ApiCall;

export const setDefaultPool = (name: string, reason: string) =>
  ({
    method: 'POST',
    path: `${at(name)}/set-default`,
    body: reason === '' ? {} : { reason },
    answer: poolViewSchema,
  }) satisfies ApiCall;

export const archivePool = (name: string, reason: string, isDryRun: boolean) =>
  ({
    method: 'POST',
    path: `${at(name)}/archive`,
    query: isDryRun ? { dry_run: true } : {},
    body: reason === '' ? {} : { reason },
    answer: archivedPoolSchema,
  }) satisfies ApiCall;
