import type { z } from 'zod';

/** What does not fit, by the first name of its place: for the fields of a form. The first of several counts. */
export function listFieldErrors(schema: z.ZodType, value: unknown): Readonly<Record<string, string>> {
  const parsed = schema.safeParse(value);
  const errors: Record<string, string> = {};
  for (const issue of parsed.error?.issues ?? []) {
    const { path } = issue;
    const name = String(path[0] ?? '');
    // Of a key that does not fit, the issue itself says only that; what was expected stands inside of it.
    const message =
      issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    errors[name] ??= path.length > 1 ? `${path.slice(1).join('.')}: ${message}` : message;
  }
  return errors;
}
