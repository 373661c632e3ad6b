import {
  configViewSchema,
  createdTokenSchema,
  listOf,
  policyVersionDetailSchema,
  policyVersionSchema,
  tokenViewSchema,
} from '@ironwheel/contracts';
import * as z from 'zod';
import type { ApiCall, QueryValues } from './call-api.ts';

const tokens = listOf(tokenViewSchema);
const versions = listOf(policyVersionSchema);
/** The secret is told once: a repeated call with the same key is answered without it. */
const onceTold = createdTokenSchema.partial({ token: true });

/** For administrators. */
export const listTokens = () => ({ method: 'GET', path: '/tokens', answer: tokens }) satisfies ApiCall;

export const createToken = (body: Readonly<Record<string, unknown>>) =>
  ({ method: 'POST', path: '/tokens', body, answer: onceTold }) satisfies ApiCall;

export const revokeToken = (id: string, reason: string) =>
  ({
    method: 'DELETE',
    path: `/tokens/${encodeURIComponent(id)}`,
    ...(reason === '' ? {} : { body: { reason } }),
    answer: z.undefined(),
  }) satisfies ApiCall;

export const readConfig = () =>
  ({ method: 'GET', path: '/config', answer: configViewSchema }) satisfies ApiCall;

export const listPolicyVersions = (query: QueryValues) =>
  ({ method: 'GET', path: '/policies/versions', query, answer: versions }) satisfies ApiCall;

export const getPolicyVersion = (version: number) =>
  ({
    method: 'GET',
    path: `/policies/versions/${version}`,
    answer: policyVersionDetailSchema,
  }) satisfies ApiCall;
