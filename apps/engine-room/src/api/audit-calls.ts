import { auditEntrySchema, listOf } from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const answer = listOf(auditEntrySchema);

/** Newest first; for administrators. */
export const listAudit = (query: QueryValues) =>
  ({ method: 'GET', path: '/audit', query, answer }) satisfies ApiCall;
