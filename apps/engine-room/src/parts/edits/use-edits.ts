import { useState } from 'react';
import { listChanged, putOnTop, type FieldValues, type ReadState } from './merge-edits.ts';

export interface Edits<Values extends FieldValues> {
  /** The state that the edits are based on; its revision goes with the call. */
  readonly base: ReadState<Values>;
  readonly mine: Values;
  readonly changed: readonly string[];
  /** Somebody else changed it meanwhile, and so did I: a person must choose. */
  readonly theirs: ReadState<Values> | null;
  readonly set: (name: keyof Values & string, value: string) => void;
  readonly dropMine: () => void;
  readonly keepMine: () => void;
  /** What was typed is saved: this is how it is now. */
  readonly accept: (saved: ReadState<Values>) => void;
}

/** What a person has typed, beside what the thing is now. Nothing of theirs is overwritten and nothing of mine is lost by itself. */
export function useEdits<Values extends FieldValues>(current: ReadState<Values>): Edits<Values> {
  const [base, setBase] = useState(current);
  const [mine, setMine] = useState(current.values);
  const changed = listChanged(base.values, mine);
  const isNew = current.revision > base.revision;
  const begin = (state: ReadState<Values>, values: Values): void => {
    setBase(state);
    setMine(values);
  };
  if (isNew && changed.length === 0) begin(current, current.values);
  return {
    base,
    mine,
    changed,
    theirs: isNew && changed.length > 0 ? current : null,
    set: (name, value) => setMine((values) => ({ ...values, [name]: value })),
    dropMine: () => begin(current, current.values),
    accept: (saved) => begin(saved, saved.values),
    keepMine: () => begin(current, putOnTop(base.values, current.values, mine)),
  };
}
