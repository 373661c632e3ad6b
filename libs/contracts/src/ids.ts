import { z } from 'zod';

/** Prefix of every id on the wire: `<prefix>_<UUIDv7>` (CONTRIBUTING.md, Names). */
export const idPrefixes = {
  job: 'job',
  attempt: 'att',
  run: 'run',
  input: 'inp',
  worker: 'wrk',
  server: 'srv',
  agent: 'agt',
  bundle: 'bnd',
  command: 'cmd',
  token: 'tok',
  audit: 'aud',
  event: 'evt',
  decision: 'dec',
  log: 'log',
  retention: 'ret',
  hint: 'hint',
} as const;
export type IdKind = keyof typeof idPrefixes;

const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

/** Schema of one kind of id; the message names the form that was expected. */
export const idSchema = (kind: IdKind) =>
  z
    .string()
    .regex(
      new RegExp(`^${idPrefixes[kind]}_${uuidPattern}$`),
      `expected an id of the form ${idPrefixes[kind]}_<UUIDv7>`,
    );
