import { hintSuggestionSchema } from '@ironwheel/contracts';
import { useLocation, type HistoryState } from '@tanstack/react-router';
import type { SuggestedDraft } from './suggested-draft.tsx';

const draftSchema = hintSuggestionSchema.shape.draft;

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The draft that a new hint begins with. */
    readonly hintDraft?: unknown;
  }
}

/** For the link to the page of a new hint. */
export const carryDraft = (draft: SuggestedDraft): HistoryState => ({ hintDraft: draft });

/** The draft that the link brought; null: none, as in another tab. */
export function useCarriedDraft(): SuggestedDraft | null {
  const carried = useLocation({ select: ({ state }) => state.hintDraft });
  return draftSchema.safeParse(carried).data ?? null;
}
