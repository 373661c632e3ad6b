/** The fields of a form as text, by name. */
export type FieldValues = Readonly<Record<string, string>>;

/** A thing as it was read. */
export interface ReadState<Values extends FieldValues> {
  readonly revision: number;
  readonly values: Values;
}

export interface FieldConflict {
  readonly name: string;
  readonly before: string;
  readonly theirs: string;
  readonly mine: string;
}

/** Names of the fields that are not as they were. */
export const listChanged = <Values extends FieldValues>(before: Values, after: Values): string[] =>
  Object.keys(before).filter((name) => before[name] !== after[name]);

/** Fields that both changed, and not to the same. */
export function listConflicts<Values extends FieldValues>(
  before: Values,
  theirs: Values,
  mine: Values,
): FieldConflict[] {
  const theirChanges = new Set(listChanged(before, theirs));
  return listChanged(before, mine)
    .filter((name) => theirChanges.has(name) && theirs[name] !== mine[name])
    .map((name) => ({
      name,
      before: before[name] ?? '',
      theirs: theirs[name] ?? '',
      mine: mine[name] ?? '',
    }));
}

/** Their state with my changes on top of it. */
export function putOnTop<Values extends FieldValues>(before: Values, theirs: Values, mine: Values): Values {
  const changed = new Set(listChanged(before, mine));
  return Object.fromEntries(
    Object.keys(theirs).map((name) => [name, (changed.has(name) ? mine : theirs)[name]]),
  ) as Values;
}
