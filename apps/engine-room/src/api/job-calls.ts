import {
  attemptViewSchema,
  cancelImpactSchema,
  jobDetailSchema,
  jobViewSchema,
  listOf,
  queueItemSchema,
} from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const jobs = listOf(jobViewSchema);
const at = (id: string): string => `/jobs/${encodeURIComponent(id)}`;

export const listJobs = (query: QueryValues) =>
  ({ method: 'GET', path: '/jobs', query, answer: jobs }) satisfies ApiCall;

export const getJob = (id: string) =>
  ({ method: 'GET', path: at(id), answer: jobDetailSchema }) satisfies ApiCall;

export const getAttempt = (id: string) =>
  ({
    method: 'GET',
    path: `/attempts/${encodeURIComponent(id)}`,
    answer: attemptViewSchema,
  }) satisfies ApiCall;

const withReason = (reason: string): Readonly<Record<string, string>> => (reason === '' ? {} : { reason });
const dry = (isDryRun: boolean): QueryValues => (isDryRun ? { dry_run: true } : {});

export const cancelJob = (id: string, reason: string, isDryRun: boolean) =>
  ({
    method: 'POST',
    path: `${at(id)}/cancel`,
    query: dry(isDryRun),
    body: withReason(reason),
    answer: cancelImpactSchema,
  }) satisfies ApiCall;

export const retryJob = (id: string, reason: string) =>
  ({
    method: 'POST',
    path: `${at(id)}/retry`,
    body: withReason(reason),
    answer: jobViewSchema,
  }) satisfies ApiCall;

export const setJobPriority = (id: string, priority: number) =>
  ({
    method: 'POST',
    path: `${at(id)}/priority`,
    body: { priority },
    answer: jobViewSchema,
  }) satisfies ApiCall;

export const clearQueue = (reason: string, isDryRun: boolean) =>
  ({
    method: 'POST',
    path: '/queue/clear',
    query: dry(isDryRun),
    body: withReason(reason),
    answer: cancelImpactSchema,
  }) satisfies ApiCall;

/** A wheel by hand; without tags, for the controller's own target. */
export interface WishedWheel {
  readonly package: string;
  readonly version: string;
  readonly python_tag?: string;
  readonly platform_tag?: string;
  readonly priority?: number;
}

export const enqueueWheel = (body: WishedWheel) =>
  ({ method: 'POST', path: '/queue/enqueue', body, answer: queueItemSchema }) satisfies ApiCall;
