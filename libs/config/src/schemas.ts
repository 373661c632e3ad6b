import { z } from 'zod';

/** `true`/`false`, `1`/`0`, `yes`/`no`, `on`/`off`. */
export const flagText = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], 'expected true or false'))
  .transform((text) => ['true', '1', 'yes', 'on'].includes(text));

/** A whole number in decimal digits between `min` and `max`. */
export const integerText = (min: number, max: number) =>
  z
    .string()
    .trim()
    .regex(/^-?\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `expected at least ${min}`).max(max, `expected at most ${max}`));

/** A list split at commas or white space; empty items are dropped. */
export const listText = z.string().transform((text) => text.split(/[\s,]+/).filter((item) => item !== ''));

/** An absolute http or https URL, without a trailing slash. */
export const httpUrlText = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' })
  .transform((text) => text.replace(/\/+$/, ''));

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port`, `:port` (all addresses) or a bare port (loopback). Port 0 picks a free one. */
export const addressText = z.string().transform((text, context): HostAndPort => {
  const match = /^(?:(?<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]*):)?(?<port>\d{1,5})$/.exec(text.trim());
  const port = Number(match?.groups?.['port']);
  if (match?.groups === undefined || port > 65_535) {
    context.addIssue({ code: 'custom', message: 'expected host:port, for example 127.0.0.1:8080' });
    return z.NEVER;
  }
  const host = match.groups['host'];
  if (host === undefined) return { host: '127.0.0.1', port };
  return { host: host === '' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port };
});
