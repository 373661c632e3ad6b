import type { HintTestAnswer, StatedHint } from '@ironwheel/contracts';
import { Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { testHints, type HintTrial } from '../../api/hint-calls.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { BenchAnswer } from './bench-answer.tsx';
import { isRefusal } from './list-hint-errors.ts';
import { LogChoice, type ChosenLog } from './log-choice.tsx';
import type { ReadHint } from './read-hint.ts';
import type { SuggestedDraft } from './suggested-draft.tsx';

interface Props {
  /** The hint as it is typed; null: there is none, or it is as it was saved. */
  readonly draft?: ReadHint | null;
  /** The saved hint that the draft is of. */
  readonly ownId?: string;
  readonly packageName?: string;
  /** The attempt whose log is tried at once. */
  readonly attemptId?: string;
  /** Keeps the chosen attempt in the address. */
  readonly onAttempt?: (attemptId: string) => void;
  /** The hint that was tried was refused. */
  readonly onRefused?: (error: unknown, tried: StatedHint) => void;
  readonly onTake?: (draft: SuggestedDraft) => void;
}

/** A log against all hints, and against the one that is being written: what matches, and what would be done. */
export default function HintBench(props: Props): ReactElement {
  const { draft = null, ownId, packageName = '', onRefused, onTake } = props;
  const [attemptId, setAttemptId] = useState(props.attemptId ?? '');
  const trial = useMutation({
    mutationFn: (body: HintTrial) => callApi(testHints(body)),
    onError: (error, { hint: tried }) => {
      if (isRefusal(error) && tried !== undefined) onRefused?.(error, tried);
    },
  });
  // A chosen attempt is shown at once, before anything is tried on it.
  const first = useQuery({
    queryKey: ['hint-trial', attemptId],
    queryFn: ({ signal }) => callApi(testHints({ attempt_id: attemptId }), signal),
    enabled: attemptId !== '',
    // What is being read is not exchanged under the reader.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const chooseAttempt = (id: string): void => {
    trial.reset();
    setAttemptId(id);
    props.onAttempt?.(id);
  };
  const hint = draft === null || isUnfit(draft) ? null : draft.hint;
  const triedHint = trial.variables?.hint ?? null;
  const tryLog = (log: ChosenLog): void => trial.mutate({ ...log, ...(hint === null ? {} : { hint }) });
  const answer: HintTestAnswer | undefined = trial.data ?? (trial.isIdle ? first.data : undefined);
  const error = trial.error ?? (trial.isIdle ? first.error : null);
  const isOld = trial.data !== undefined && JSON.stringify(triedHint) !== JSON.stringify(hint);
  return (
    <Panel title={draft === null && ownId === undefined ? 'Try a log' : 'Try it on a log'}>
      <Stack>
        <LogChoice
          attemptId={attemptId}
          packageName={packageName}
          isPending={trial.isPending}
          onAttempt={chooseAttempt}
          onTry={tryLog}
        />
        {draft !== null && hint === null && (
          <Text size="sm" c="dimmed">
            Only saved hints are tried: the one above is not whole yet, or something in it does not fit.
          </Text>
        )}
        {error !== null && <ErrorNotice what="Trying the log" error={error} />}
        {(first.isLoading || trial.isPending) && <Loader size="sm" aria-label="Trying the log" />}
        {isOld && (
          <Text size="sm" c="var(--iw-warn)">
            The hint was changed since; try again to see what it does now.
          </Text>
        )}
        {answer !== undefined && (
          <BenchAnswer
            answer={answer}
            attemptId={trial.variables?.log === undefined ? attemptId : ''}
            hasDraft={trial.data !== undefined && triedHint !== null}
            {...(ownId === undefined ? {} : { ownId })}
            {...(onTake === undefined ? {} : { onTake })}
          />
        )}
      </Stack>
    </Panel>
  );
}

const isUnfit = ({ errors, missing }: ReadHint): boolean => Object.keys({ ...errors, ...missing }).length > 0;
