import {
  archivedServerSchema,
  commandImpactSchema,
  commandViewSchema,
  listOf,
  serverViewSchema,
  verificationViewSchema,
  workerViewSchema,
  type CommandVerb,
} from '@ironwheel/contracts';
import * as z from 'zod';
import type { ApiCall, QueryValues } from './call-api.ts';

const servers = listOf(serverViewSchema);
const commands = listOf(commandViewSchema);
const workers = listOf(workerViewSchema);
const commandOrImpact = z.union([commandImpactSchema, commandViewSchema]);
const at = (id: string): string => `/servers/${encodeURIComponent(id)}`;

/** What the page of a server can do to the process of its worker. */
export type ServerVerb = Exclude<CommandVerb, 'run-checks'>;

export const listServers = (query: QueryValues) =>
  ({ method: 'GET', path: '/servers', query, answer: servers }) satisfies ApiCall;

export const getServer = (id: string) =>
  ({ method: 'GET', path: at(id), answer: serverViewSchema }) satisfies ApiCall;

export const createServer = (body: Readonly<Record<string, unknown>>) =>
  ({ method: 'POST', path: '/servers', body, answer: serverViewSchema }) satisfies ApiCall;

export const editServer = (id: string, body: Readonly<Record<string, unknown>>) =>
  ({ method: 'PATCH', path: at(id), body, answer: serverViewSchema }) satisfies ApiCall;

export const archiveServer = (id: string, reason: string, isDryRun: boolean) =>
  ({
    method: 'DELETE',
    path: at(id),
    query: isDryRun ? { dry_run: true } : {},
    ...(reason === '' ? {} : { body: { reason } }),
    answer: archivedServerSchema,
  }) satisfies ApiCall;

/** The answer comes at once; how the command goes on is read from the list of commands. */
export const commandServer = (
  id: string,
  verb: ServerVerb,
  body: Readonly<Record<string, unknown>> = {},
  isDryRun = false,
) =>
  ({
    method: 'POST',
    path: `${at(id)}/${verb}`,
    body,
    query: isDryRun ? { dry_run: true } : { wait_s: 0 },
    answer: commandOrImpact,
  }) satisfies ApiCall;

export const listCommands = (id: string, limit: number) =>
  ({ method: 'GET', path: `${at(id)}/commands`, query: { limit }, answer: commands }) satisfies ApiCall;

export const listWorkersOfServer = (id: string) =>
  ({
    method: 'GET',
    path: '/workers',
    query: { server_id: id, limit: 100 },
    answer: workers,
  }) satisfies ApiCall;

export const verifyServer = (id: string) =>
  ({ method: 'POST', path: `${at(id)}/verify`, answer: verificationViewSchema }) satisfies ApiCall;

export const readVerification = (id: string) =>
  ({ method: 'GET', path: `${at(id)}/verify`, answer: verificationViewSchema }) satisfies ApiCall;
