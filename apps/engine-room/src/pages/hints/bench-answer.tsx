import type { HintTestAnswer } from '@ironwheel/contracts';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { LinkButton } from '../../parts/link-button.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { BenchMatch, nameMatch } from './bench-match.tsx';
import { BlockLines } from './block-lines.tsx';
import { carryDraft } from './carried-draft.ts';
import { SuggestedDraftView, type SuggestedDraft } from './suggested-draft.tsx';
import classes from './hints.module.css';

interface Props {
  readonly answer: HintTestAnswer;
  /** Of whose log; empty: of none. */
  readonly attemptId: string;
  /** A hint was tried that is not saved. */
  readonly hasDraft: boolean;
  readonly ownId?: string;
  readonly onTake?: (draft: SuggestedDraft) => void;
}

/** What the log says, which hints match, and what they would do. */
export function BenchAnswer({ answer, attemptId, hasDraft, ownId, onTake }: Props): ReactElement {
  const { matches, block, log_class: logClass, suggestion } = answer;
  const saved = matches.filter(({ hint_id: id }) => id !== null);
  const by = new Map<number, string[]>();
  for (const match of matches) {
    const names = by.get(match.line.line_no) ?? [];
    by.set(match.line.line_no, [...names, nameMatch(match.hint_id, ownId, hasDraft)]);
  }
  return (
    <Stack gap="sm">
      <div role="status">
        {(hasDraft || ownId !== undefined) && (
          <OwnVerdict answer={answer} hasDraft={hasDraft} ownId={ownId} />
        )}
        <Text size="sm">{writeCount(saved)}</Text>
      </div>
      {logClass !== null && (
        <Text size="sm">
          <StatusBadge status="warning" text={logClass.class} /> Line{' '}
          {logClass.line.line_no.toLocaleString('en')} says that no package helps (cause: {logClass.cause}).
          Hints keep still, apart from those made for such logs.
        </Text>
      )}
      <BlockLines block={block} by={by} attemptId={attemptId} />
      {matches.length > 0 && (
        <ol className={classes.matches}>
          {matches.map((match) => (
            <BenchMatch
              key={match.hint_id ?? 'draft'}
              match={match}
              name={nameMatch(match.hint_id, ownId, hasDraft)}
              isOwn={match.hint_id === null || match.hint_id === ownId}
            />
          ))}
        </ol>
      )}
      {suggestion !== null && (
        <section className={classes.card} aria-label="A draft for this log">
          <Title order={3} size="h6">
            A draft for this log
          </Title>
          <SuggestedDraftView draft={suggestion.draft} />
          <Group>
            {onTake !== undefined ? (
              <Button size="xs" variant="default" onClick={() => onTake(suggestion.draft)}>
                Take it into the form
              </Button>
            ) : (
              <LinkButton
                to="/hints/new"
                state={carryDraft(suggestion.draft)}
                search={attemptId === '' ? { pattern: suggestion.draft.pattern } : { attempt: attemptId }}
              >
                Make a hint of it
              </LinkButton>
            )}
          </Group>
        </section>
      )}
    </Stack>
  );
}

type VerdictProps = Pick<Props, 'answer' | 'hasDraft'> & { readonly ownId: string | undefined };

/** Whether the hint of this page matches. */
function OwnVerdict({ answer, hasDraft, ownId }: VerdictProps): ReactElement {
  const own = answer.matches.find(({ hint_id: id }) => (hasDraft ? id === null : id === ownId));
  if (own === undefined)
    return (
      <Text size="sm">
        <StatusBadge status="missing" text="no match" /> This hint does not match the first error block.
      </Text>
    );
  return (
    <Text size="sm" component="div">
      <StatusBadge status="ok" text="match" /> This hint matches line {own.line.line_no.toLocaleString('en')}:{' '}
      <SafeText text={own.line.text} max={200} />
    </Text>
  );
}

function writeCount(matches: HintTestAnswer['matches']): string {
  const [all, offered] = [matches.length, matches.filter((match) => match.is_offered).length];
  if (all === 0) return 'No saved hint matches.';
  const verb = all === 1 ? 'One saved hint matches' : `${all.toLocaleString('en')} saved hints match`;
  return `${verb}; ${offered === 0 ? 'none' : offered.toLocaleString('en')} would be offered.`;
}
