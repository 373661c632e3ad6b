import { inputViewSchema, listOf } from '@ironwheel/contracts';
import * as z from 'zod';
import type { ApiCall, QueryValues } from './call-api.ts';

const inputs = listOf(inputViewSchema);
const deletedInput = z.object({ dry_run: z.boolean(), input: inputViewSchema });

export const listInputs = (query: QueryValues = {}) =>
  ({ method: 'GET', path: '/inputs', query, answer: inputs }) satisfies ApiCall;

/** That no run has used, oldest first. */
export const listPendingInputs = () =>
  ({ method: 'GET', path: '/inputs/pending', answer: inputs }) satisfies ApiCall;

export const deleteInput = (id: string, isDryRun: boolean) =>
  ({
    method: 'DELETE',
    path: `/inputs/${encodeURIComponent(id)}`,
    query: isDryRun ? { dry_run: true } : {},
    answer: deletedInput,
  }) satisfies ApiCall;
