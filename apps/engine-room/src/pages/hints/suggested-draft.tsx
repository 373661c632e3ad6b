import type { HintSuggestionView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { SafeText } from '../../parts/safe-text.tsx';
import { RecipeFacts } from './recipe-facts.tsx';
import { listRecipeParts } from './list-recipe-parts.ts';

export type SuggestedDraft = HintSuggestionView['draft'];

/** What is known of a draft; the rest is for a person. */
export function SuggestedDraftView({ draft }: { readonly draft: SuggestedDraft }): ReactElement {
  return (
    <>
      <Text size="sm">
        Pattern:{' '}
        <code>
          <SafeText text={draft.pattern} />
        </code>
      </Text>
      <Text size="sm">
        <SafeText text={draft.note} max={2000} />
      </Text>
      {listRecipeParts(draft.recipes).length > 0 && <RecipeFacts recipes={draft.recipes} />}
    </>
  );
}
