import { logHitsSchema, logLinesSchema } from '@ironwheel/contracts';
import type { ApiCall } from './call-api.ts';

const at = (attemptId: string): string => `/attempts/${encodeURIComponent(attemptId)}/log`;

/** Lines from `from` on, counted from 1; null: the last ones. */
export const readLogLines = (attemptId: string, from: number | null, limit: number) =>
  ({
    method: 'GET',
    path: `${at(attemptId)}/lines`,
    query: { from: from ?? undefined, limit },
    answer: logLinesSchema,
  }) satisfies ApiCall;

export const searchLog = (attemptId: string, text: string, limit?: number) =>
  ({
    method: 'GET',
    path: `${at(attemptId)}/search`,
    query: { q: text, limit },
    answer: logHitsSchema,
  }) satisfies ApiCall;

export const listLogErrors = (attemptId: string) =>
  ({ method: 'GET', path: `${at(attemptId)}/errors`, answer: logHitsSchema }) satisfies ApiCall;

/** The whole log as plain text, for the browser itself. */
export const rawLogAddress = (attemptId: string): string => `/api${at(attemptId)}/raw`;

export const followAddress = (attemptId: string, offset: number): string =>
  `/api${at(attemptId)}?follow=true&offset=${offset}`;
