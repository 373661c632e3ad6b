import type { FieldValues } from './merge-edits.ts';
import type { Edits } from './use-edits.ts';

/** Why the form cannot be saved as it stands; null when it can. `bar`: why this person may not. */
export function findWhyNotSaved<Values extends FieldValues>(
  { theirs, changed }: Edits<Values>,
  bar: string | null,
  hasMistakes: boolean,
): string | null {
  if (bar !== null) return bar;
  if (theirs !== null) return 'Choose first what becomes of the two changes.';
  if (changed.length === 0) return 'Nothing was changed.';
  return hasMistakes ? 'Something does not fit.' : null;
}
