import { eventSchema, listOf, packageSummarySchema } from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const events = listOf(eventSchema);
const named = (name: string): string => encodeURIComponent(name);

export const listHistory = (query: QueryValues) =>
  ({ method: 'GET', path: '/history', query, answer: events }) satisfies ApiCall;

export const listFailures = (query: QueryValues) =>
  ({ method: 'GET', path: '/failures', query, answer: events }) satisfies ApiCall;

export const getPackage = (name: string) =>
  ({ method: 'GET', path: `/package/${named(name)}`, answer: packageSummarySchema }) satisfies ApiCall;

/** The last event of each version and target of a package. */
export const listVariants = (name: string) =>
  ({ method: 'GET', path: `/variants/${named(name)}`, answer: events }) satisfies ApiCall;
