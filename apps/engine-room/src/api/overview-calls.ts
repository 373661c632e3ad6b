import {
  claimsSwitchSchema,
  doctorViewSchema,
  eventSchema,
  listOf,
  queueItemSchema,
  queueStatsSchema,
  summarySchema,
  topFailureSchema,
} from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const queueItems = listOf(queueItemSchema);
const events = listOf(eventSchema);
const topFailures = listOf(topFailureSchema);

export const readSummary = () =>
  ({ method: 'GET', path: '/summary', query: { failure_limit: 5 }, answer: summarySchema }) satisfies ApiCall;

export const readQueueStats = () =>
  ({ method: 'GET', path: '/queue/stats', answer: queueStatsSchema }) satisfies ApiCall;

export const listQueue = (query: QueryValues) =>
  ({ method: 'GET', path: '/queue', query, answer: queueItems }) satisfies ApiCall;

export const readClaimsSwitch = () =>
  ({ method: 'GET', path: '/claims', answer: claimsSwitchSchema }) satisfies ApiCall;

export const setClaimsSwitch = (isPaused: boolean, reason: string) =>
  ({
    method: 'POST',
    path: isPaused ? '/claims/pause' : '/claims/resume',
    body: reason === '' ? {} : { reason },
    answer: claimsSwitchSchema,
  }) satisfies ApiCall;

/** For operators: it looks at everything that the controller keeps. */
export const runDoctor = () =>
  ({ method: 'GET', path: '/doctor', answer: doctorViewSchema }) satisfies ApiCall;

export const listRecent = (query: QueryValues) =>
  ({ method: 'GET', path: '/recent', query, answer: events }) satisfies ApiCall;

export const listTopFailures = (query: QueryValues) =>
  ({ method: 'GET', path: '/top-failures', query, answer: topFailures }) satisfies ApiCall;
