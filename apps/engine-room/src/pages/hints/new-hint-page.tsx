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
import { emptyHint, toDraftValues, type HintValues } from './hint-form.ts';
import { NewHintForm } from './new-hint-form.tsx';
import type { SuggestedDraft } from './suggested-draft.tsx';

type Search = Readonly<Record<string, string | undefined>>;

/** A new hint. The address may bring a pattern, a package, the attempt whose log it is for, or the suggestion to begin with. */
export default function NewHintPage(): ReactElement {
  const search: Search = useSearch({ strict: false });
  const bar = useBar('operator');
  const { draft, isPending, error, refetch } = useDraft(search);
  return (
    <Stack>
      <PageHeader title="New hint" actions={<LinkButton to="/hints">All hints</LinkButton>} />
      {bar !== null && (
        <Alert variant="outline" color="var(--iw-warn)">
          {bar}
        </Alert>
      )}
      {error !== null && <ErrorNotice what="Looking for a draft" error={error} onRetry={refetch} />}
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
function toStart({ pattern, package: name }: Search, draft: SuggestedDraft | null): HintValues {
  const start = draft === null ? emptyHint : toDraftValues(draft);
  return {
    ...start,
    ...(pattern === undefined ? {} : { patterns: pattern }),
    ...(name === undefined ? {} : { package: name }),
  };
}

interface Draft {
  readonly draft: SuggestedDraft | null;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
}

/** The suggestion that was chosen; without one, that for the log of the attempt. */
function useDraft({ suggested, attempt, pattern }: Search): Draft {
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
    enabled: suggested !== undefined || needsLog,
    staleTime: Infinity,
    retry: false,
  });
  return {
    draft: answer.data ?? null,
    isPending: answer.isLoading,
    error: answer.error,
    refetch: () => void answer.refetch(),
  };
}
