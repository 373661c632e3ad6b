import { bundleViewSchema, createdBundleSchema, listOf, runtimeViewSchema } from '@ironwheel/contracts';
import * as z from 'zod';
import type { ApiCall } from './call-api.ts';

const at = (server: string): string => `/servers/${encodeURIComponent(server)}/bundle`;
/** The link is told once: a repeated call with the same key is answered without it. */
const onceTold = createdBundleSchema.partial({ install_url: true, install_line: true });
const ended = bundleViewSchema.extend({ dry_run: z.boolean() });
const runtimes = listOf(runtimeViewSchema);

export const createBundle = (server: string) =>
  ({ method: 'POST', path: at(server), answer: onceTold }) satisfies ApiCall;

export const readBundle = (server: string) =>
  ({ method: 'GET', path: at(server), answer: bundleViewSchema }) satisfies ApiCall;

export const revokeBundle = (server: string, reason: string, isDryRun: boolean) =>
  ({
    method: 'DELETE',
    path: at(server),
    query: isDryRun ? { dry_run: true } : {},
    ...(reason === '' ? {} : { body: { reason } }),
    answer: ended,
  }) satisfies ApiCall;

export const listRuntimes = () => ({ method: 'GET', path: '/runtimes', answer: runtimes }) satisfies ApiCall;
