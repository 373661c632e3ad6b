import type { HintSuggestionView } from '@ironwheel/contracts';
import { Loader, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { listHintSuggestions } from '../../api/hint-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { SuggestedDraftView } from './suggested-draft.tsx';
import classes from './hints.module.css';

/** It looks at the last failures anew each time. */
const pollMs = 60_000;
const mostPackages = 6;

/** Drafts for failures that no hint matches, those seen most often first. */
export function SuggestionList(): ReactElement {
  const { data, error, refetch } = useLiveQuery(listHintSuggestions(), { topics: ['hints'], pollMs });
  if (data === undefined) {
    return error === null ? (
      <Loader size="sm" aria-label="Reading the suggestions" />
    ) : (
      <EmptyState kind="unavailable" what="suggestions" error={error} onRetry={() => void refetch()} />
    );
  }
  if (data.items.length === 0) {
    return (
      <EmptyState
        kind="none"
        what="suggestions"
        action={<Text size="sm">Of the last failures, none says something that no hint knows.</Text>}
      />
    );
  }
  const total = data.total ?? data.items.length;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        Among the last 500 failures
        {total > data.items.length && `; the first ${data.items.length} of ${total}`}.
      </Text>
      {data.items.map((suggestion) => (
        <SuggestionCard key={suggestion.draft.pattern} suggestion={suggestion} />
      ))}
    </Stack>
  );
}

function SuggestionCard({ suggestion }: { readonly suggestion: HintSuggestionView }): ReactElement {
  const { draft, line, packages, attempt_ids: attemptIds } = suggestion;
  const [attempt] = attemptIds;
  return (
    <article className={classes.card}>
      <div className={classes.head}>
        <h2 className={classes.title}>
          <SafeText text={line.text.trim()} max={240} />
        </h2>
        <LinkButton
          to="/hints/new"
          search={{ suggested: draft.pattern, ...(attempt === undefined ? {} : { attempt }) }}
          label={`Make a hint of it: ${draft.pattern.slice(0, 80)}`}
        >
          Make a hint of it
        </LinkButton>
      </div>
      <p className={classes.aside}>
        Seen in{' '}
        {packages.slice(0, mostPackages).map((name, index) => (
          <span key={name}>
            {index > 0 && ', '}
            <ThingLink kind="package" id={name} />
          </span>
        ))}
        {packages.length > mostPackages && ` and ${packages.length - mostPackages} more`}
        {attemptIds.map((id, index) => (
          <span key={id}>
            {index === 0 ? '; ' : ', '}
            <ThingLink kind="attempt" id={id} text={`log ${index + 1}`} />
          </span>
        ))}
      </p>
      <SuggestedDraftView draft={draft} />
    </article>
  );
}
