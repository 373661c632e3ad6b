import {
  decisionTraceSchema,
  listOf,
  workerActionAnswerSchema,
  workerViewSchema,
} from '@ironwheel/contracts';
import type { ApiCall } from './call-api.ts';

const workers = listOf(workerViewSchema);
const traces = listOf(decisionTraceSchema);
const at = (id: string): string => `/workers/${encodeURIComponent(id)}`;

export const listWorkers = () => ({ method: 'GET', path: '/workers', answer: workers }) satisfies ApiCall;

export const getWorker = (id: string) =>
  ({ method: 'GET', path: at(id), answer: workerViewSchema }) satisfies ApiCall;

/** What the page of a worker can ask of it; all of it changes claims only, never the process. */
export type WorkerVerb = 'pause' | 'resume' | 'drain' | 'quarantine' | 'unquarantine' | 'register';

export const actOnWorker = (
  id: string,
  verb: WorkerVerb,
  body: Readonly<Record<string, unknown>>,
  isDryRun = false,
) =>
  ({
    method: 'POST',
    path: `${at(id)}/${verb}`,
    body,
    query: isDryRun ? { dry_run: true } : {},
    answer: workerActionAnswerSchema,
  }) satisfies ApiCall;

/** By the id of a decision, an attempt or a job; null for a text that is none of them. */
export function findTraceCall(id: string) {
  const name = { dec: 'decision_id', att: 'attempt_id', job: 'job_id' }[id.slice(0, 3)];
  if (name === undefined || !/^[a-z]{3}_[0-9a-f-]{36}$/.test(id)) return null;
  return { method: 'GET', path: '/decisions/trace', query: { [name]: id }, answer: traces } satisfies ApiCall;
}
