import {
  deletedHintSchema,
  hintApplicationSchema,
  hintListSchema,
  hintSuggestionSchema,
  hintTestAnswerSchema,
  hintViewSchema,
  listOf,
  type StatedHint,
} from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const suggestions = listOf(hintSuggestionSchema);
const applications = listOf(hintApplicationSchema);
const at = (id: string): string => `/hints/${encodeURIComponent(id)}`;

export const listHints = (query: QueryValues = {}) =>
  ({ method: 'GET', path: '/hints', query, answer: hintListSchema }) satisfies ApiCall;

export const getHint = (id: string) =>
  ({ method: 'GET', path: at(id), answer: hintViewSchema }) satisfies ApiCall;

export const listHintApplications = (id: string) =>
  ({
    method: 'GET',
    path: `${at(id)}/applications`,
    query: { limit: 100 },
    answer: applications,
  }) satisfies ApiCall;

export const listHintSuggestions = () =>
  ({
    method: 'GET',
    path: '/hints/suggestions',
    query: { limit: 50 },
    answer: suggestions,
  }) satisfies ApiCall;

export const createHint = (hint: StatedHint, source: 'operator' | 'suggested') =>
  ({ method: 'POST', path: '/hints', body: { ...hint, source }, answer: hintViewSchema }) satisfies ApiCall;

/** The whole hint anew; when it has another revision by now, nothing is changed. */
export const replaceHint = (id: string, hint: StatedHint, revision: number) =>
  ({ method: 'PUT', path: at(id), body: { ...hint, revision }, answer: hintViewSchema }) satisfies ApiCall;

export const removeHint = (id: string, isDryRun: boolean) =>
  ({
    method: 'DELETE',
    path: at(id),
    query: isDryRun ? { dry_run: true } : {},
    answer: deletedHintSchema,
  }) satisfies ApiCall;

/** What a log, or that of an attempt, is tried with. */
export interface HintTrial {
  readonly log?: string;
  readonly attempt_id?: string;
  readonly package?: string;
  readonly version?: string;
  readonly hint?: StatedHint;
}

export const testHints = (body: HintTrial) =>
  ({ method: 'POST', path: '/hints/test', body, answer: hintTestAnswerSchema }) satisfies ApiCall;
