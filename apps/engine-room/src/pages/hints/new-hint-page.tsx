import { Alert, Loader, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { listHintSuggestions, testHints } from '../../api/hint-calls.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { useBar } from '../../session/may.ts';
import { useCarriedDraft } from './carried-draft.ts';
import { emptyHint, toDraftValues, type HintValues } from './hint-values.ts';
import { NewHintForm } from './new-hint-form.tsx';
import type { SuggestedDraft } from './suggested-draft.tsx';

type Search = Readonly<Record<string, string | undefined>>;

/** A new hint. The address may bring a pattern, a package, the attempt whose log it is for, or the suggestion to begin with. */
export default function NewHintPage(): ReactElement {
  const search: Search = useSearch({ strict: false });
  const bar = useBar('operator');
  const carried = useCarriedDraft();
  const { draft, isPending, isGone, error, refetch } = useDraft(search, carried);
  return (
    <Stack>
      <PageHeader title="New hint" actions={<LinkButton to="/hints">All hints</LinkButton>} />
      {bar !== null && (
        <Alert variant="outline" color="var(--iw-warn)">
          {bar}
        </Alert>
      )}
      {error !== null && <ErrorNotice what="Looking for a draft" error={error} onRetry={refetch} />}
      {isGone && (
        <Alert variant="outline" color="var(--iw-warn)" role="status">
          This is no longer among the suggestions: a hint may know it by now, or its failures are no longer
          among the last. Only its pattern is filled in.
        </Alert>
      )}
      {isPending ? (
        <Loader size="sm" aria-label="Looking for a draft" />
      ) : (
        <NewHintForm
          key={JSON.stringify(search)}
          start={toStart(search, draft)}
          isSuggested={draft !== null}
          attemptId={search['attempt'] ?? ''}
        />
      )}
    </Stack>
  );
}

/** What the address says goes before what was suggested. */
function toStart({ pattern, suggested, package: name }: Search, draft: SuggestedDraft | null): HintValues {
  const start = draft === null ? { ...emptyHint, patterns: suggested ?? '' } : toDraftValues(draft);
  return {
    ...start,
    ...(pattern === undefined ? {} : { patterns: pattern }),
    ...(name === undefined ? {} : { package: name }),
  };
}

interface Draft {
  readonly draft: SuggestedDraft | null;
  readonly isPending: boolean;
  /** The suggestion that was chosen is none any more. */
  readonly isGone: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
}

/** The draft that a link carried, or the suggestion that was chosen; without one, that for the log of the attempt. */
function useDraft({ suggested, attempt, pattern }: Search, carried: SuggestedDraft | null): Draft {
  const needsLog = suggested === undefined && attempt !== undefined && pattern === undefined;
  const answer = useQuery({
    queryKey: ['hint-draft', suggested ?? null, needsLog ? attempt : null],
    queryFn: async ({ signal }): Promise<SuggestedDraft | null> => {
      if (suggested !== undefined) {
        const { items } = await callApi(listHintSuggestions(), signal);
        return items.find(({ draft }) => draft.pattern === suggested)?.draft ?? null;
      }
      const { suggestion } = await callApi(testHints({ attempt_id: attempt ?? '' }), signal);
      return suggestion?.draft ?? null;
    },
    enabled: carried === null && (suggested !== undefined || needsLog),
    staleTime: Infinity,
    retry: false,
  });
  return {
    draft: carried ?? answer.data ?? null,
    isPending: answer.isLoading,
    isGone: suggested !== undefined && answer.data === null,
    error: answer.error,
    refetch: () => void answer.refetch(),
  };
}
