import { ApiError } from '../../api/api-error.ts';

/** Errors by field of the form; `recipes` is that of all its fields together. */
export type HintErrors = Readonly<Record<string, string>>;

/** An issue of a schema, or one that the API told. */
export interface HintIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of a key that does not fit: what was expected. */
  readonly issues?: readonly { readonly message: string }[] | undefined;
}

const nouns: Readonly<Record<string, string>> = { patterns: 'Pattern', tests: 'Test' };

/** The first issue of each field, with its place in the field where that is a list. */
export function listHintErrors(issues: readonly HintIssue[]): HintErrors {
  const errors: Record<string, string> = {};
  for (const issue of issues) {
    const path = issue.path.map(String);
    const [name = '', ...inside] = path[0] === 'recipes' && path.length > 1 ? path.slice(1) : path;
    const message =
      issue.code === 'invalid_key' ? (issue.issues?.[0]?.message ?? issue.message) : issue.message;
    errors[name] ??= `${writePlace(name, inside)}${message}`;
  }
  return errors;
}

function writePlace(name: string, [first]: readonly string[]): string {
  if (first === undefined) return '';
  return /^\d+$/.test(first) ? `${nouns[name] ?? 'Entry'} ${Number(first) + 1}: ` : `${first}: `;
}

/** Whether the controller refused a hint for what it says, and not for how it was asked. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 422 && error.code.startsWith('HINT_');

/** What the controller has against the fields of a hint; empty for an error that is of none of them. */
export function listRefusals(error: unknown): HintErrors {
  if (!(error instanceof ApiError)) return {};
  return listHintErrors(error.issues.map(({ path, message }) => ({ path: path.split('.'), message })));
}
