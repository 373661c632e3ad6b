import type { SuggestedDraft } from './suggested-draft.tsx';
import { toDraftValues, type HintField, type HintValues } from './hint-values.ts';

interface Form {
  /** What was filled in for the person. */
  readonly given: HintValues;
  readonly values: HintValues;
}

/** Takes a draft into the form, but for what a person has typed or chosen: that stays. */
export function fillUntouched({ given, values }: Form, draft: SuggestedDraft): Form {
  const drafted = Object.entries(toDraftValues(draft)).filter(([, text]) => text !== '');
  const fitting = drafted.filter(([name]) => {
    const field = name as HintField;
    // An empty switch says something: it is off.
    return values[field] === given[field] || (values[field] === '' && field !== 'enabled');
  });
  return {
    given: { ...given, ...Object.fromEntries(drafted) },
    values: { ...values, ...Object.fromEntries(fitting) },
  };
}
