import { z } from 'zod';

/** RFC 3339 time in UTC. */
export const timeSchema = z.iso.datetime({ offset: false });

export const roles = ['viewer', 'operator', 'admin', 'worker'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** Name of a project as people write it; compare by its normalized form (PEP 503). */
export const projectNameSchema = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
    'expected a project name (PEP 508): letters, digits, ".", "-", "_"',
  );

export const versionTextSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9.!+_-]+$/, 'expected a version (PEP 440)');

/** One interpreter tag, for example `cp312` (PEP 425). */
export const pythonTagSchema = z
  .string()
  .max(40)
  .regex(/^[a-z]{2,3}\d{1,4}t?$/, 'expected an interpreter tag such as cp312');

/** One platform tag, for example `manylinux_2_28_s390x` or `linux_s390x` (PEP 425, PEP 600). */
export const platformTagSchema = z
  .string()
  .max(80)
  .regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$|^any$/, 'expected a platform tag such as manylinux_2_28_s390x');

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 digest: 64 lower-case hexadecimal digits');

/** A run's id: our own (`run_<UUIDv7>`), or one that another program chose for its snapshot or manifest. */
export const runIdSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:+-]*$/, 'expected a run id: letters, digits, ".", "_", ":", "+", "-"');

/** A word such as a status: printable, without control characters. */
export const wordSchema = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\p{L}\p{N}\p{P}\p{S} ]+$/u, 'expected printable text without control characters');

/** Free text of a person or a program, of several lines if need be; what a database cannot keep is refused. */
export const plainTextSchema = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'expected text without NUL');

/** `next_cursor` of the page before. */
export const cursorSchema = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9_-]+$/, 'expected the next_cursor of an earlier answer');

/** A plain file name: no separator, no control character, not `.` or `..`. */
export const fileNameSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^(?!\.{1,2}$)[^/\\\u0000-\u001f\u007f]+$/, 'expected a plain file name without a path');

/** Query of a list: `limit` 1 to `max` (default `fallback`), `offset` from 0. Unknown parameters are refused. */
export const listQuery = (fallback = 50, max = 500) =>
  z.strictObject({
    limit: z.coerce.number().int().min(1).max(max).default(fallback),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  });

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), total: z.number().int().optional(), next_cursor: z.string().optional() });

/** `true`/`false` of a query string. */
export const queryFlagSchema = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1');

export const errorBodySchema = z.object({
  error: z.string(),
  detail: z.string(),
  correlation_id: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
