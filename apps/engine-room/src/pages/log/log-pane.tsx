import { Button, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type RefObject,
} from 'react';
import { callApi } from '../../api/call-api.ts';
import { listLogErrors } from '../../api/log-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useShortcut } from '../../shell/shortcuts-context.ts';
import { ChosenLines } from './chosen-lines.tsx';
import type { LineRange } from './line-range.ts';
import { LogScroller, type LogScrollerHandle } from './log-scroller.tsx';
import { LogSearch } from './log-search.tsx';
import { StepButtons } from './step-buttons.tsx';
import { useIsShown } from './use-is-shown.ts';
import { useLogStore } from './use-log-store.ts';
import classes from './log.module.css';

interface Props {
  readonly attemptId: string;
  readonly label: string;
  /** Lines that the address names. */
  readonly range: LineRange | null;
  readonly onRange: (range: LineRange | null) => void;
  readonly find: string;
  readonly onFind: (find: string) => void;
  /** Line of the first cause; `look`: the first error of the log. Undefined: not known yet; null: nothing failed. */
  readonly toldCause: number | 'look' | null | undefined;
  /** Keys and Ctrl+F are for this one; of two side by side, only one has them. */
  readonly hasKeys: boolean;
}

/** The log of one attempt with all that one does with it. */
export function LogPane(props: Props): ReactElement {
  const { attemptId, label, range, onRange, find, onFind, toldCause, hasKeys } = props;
  const [store, state] = useLogStore(attemptId);
  const scroller = useRef<LogScrollerHandle>(null);
  const [following, setFollowing] = useState<boolean | null>(null);
  const [found, setFound] = useState<readonly number[]>([]);
  const isShown = useIsShown(state.phase === 'ready');
  const errorsCall = listLogErrors(attemptId);
  const { data: errorHits } = useQuery({
    queryKey: [...toQueryKey(errorsCall), state.isSettled],
    queryFn: ({ signal }) => callApi(errorsCall, signal),
    enabled: isShown,
    staleTime: Infinity,
  });
  const errorLines = useMemo(() => (errorHits?.items ?? []).map(({ line_no }) => line_no), [errorHits]);
  const errors = useMemo(() => new Set(errorLines), [errorLines]);
  const cause = toldCause === 'look' ? (errorLines[0] ?? null) : (toldCause ?? null);

  // A log that is written is followed until the reader goes elsewhere.
  const isFollowing = following ?? (range === null && cause === null);
  const show = useCallback((line: number) => {
    setFollowing(false);
    scroller.current?.showLine(line);
  }, []);
  const own = useRef<LineRange | null>(null);
  usePlaces({ range, own, cause, isReady: state.phase === 'ready', isMoved: following !== null, show });

  const choose = (line: number, isRange: boolean): void => {
    setFollowing(false);
    const from = isRange && range !== null ? range.first : line;
    const next = { first: Math.min(from, line), last: Math.max(from, line) };
    const isSame = range !== null && range.first === next.first && range.last === next.last;
    own.current = isSame ? null : next;
    onRange(isSame ? null : next);
  };
  if (state.phase === 'failed')
    return <ErrorNotice what="Reading the log" error={state.error} onRetry={() => void store.start()} />;
  if (state.phase === 'reading' && state.totalLines === 0)
    return <Loader size="sm" aria-label="Reading the log" />;
  return (
    <div className={classes.pane}>
      <div className={classes.toolbar}>
        <LogSearch
          attemptId={attemptId}
          find={find}
          onFind={onFind}
          onFound={setFound}
          onShow={show}
          onLeave={() => scroller.current?.focus()}
          hasKeys={hasKeys}
          logKey={state.isSettled}
        />
        <StepButtons
          what="error"
          lines={errorLines}
          isIncomplete={errorHits?.incomplete ?? false}
          onShow={(line) => {
            show(line);
            onRange({ first: line, last: line });
          }}
          keys={hasKeys ? { next: 'n', before: 'p' } : null}
        />
        <div className={classes.group}>
          {cause !== null && (
            <Button size="compact-xs" variant="default" onClick={() => show(cause)}>
              First cause: line {cause.toLocaleString('en')}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant={isFollowing && !state.isSettled ? 'filled' : 'default'}
            aria-pressed={isFollowing}
            onClick={() => setFollowing(!isFollowing)}
          >
            {state.isSettled ? 'Go to the end' : isFollowing ? 'Following' : 'Follow'}
          </Button>
          <StatusBadge
            status={state.isSettled ? 'ok' : 'running'}
            text={`${state.totalLines.toLocaleString('en')} lines${state.isSettled ? '' : ', being written'}`}
          />
        </div>
      </div>
      {state.error !== null && (
        <ErrorNotice what="Reading on in the log" error={state.error} onRetry={() => void store.start()} />
      )}
      {state.isTruncated && (
        <Text size="sm" mb="xs">
          <StatusBadge
            status="warning"
            text={`${state.droppedBytes.toLocaleString('en')} bytes were left out at the limit of the log`}
          />
        </Text>
      )}
      {state.totalLines === 0 ? (
        <Text>{state.isSettled ? 'The log is empty.' : 'Nothing is written yet.'}</Text>
      ) : (
        <LogScroller
          ref={scroller}
          label={label}
          store={store}
          state={state}
          find={find.toLowerCase()}
          errors={errors}
          found={found}
          cause={cause}
          range={range}
          onChoose={choose}
          isFollowing={isFollowing}
          onFollow={setFollowing}
          isShown={isShown}
        />
      )}
      {range !== null && (
        <ChosenLines attemptId={attemptId} store={store} range={range} onClose={() => onRange(null)} />
      )}
      {hasKeys && <EndKey onEnd={() => setFollowing(true)} />}
    </div>
  );
}

interface Places {
  readonly range: LineRange | null;
  /** Lines that were chosen in this log: they are in sight. */
  readonly own: RefObject<LineRange | null>;
  readonly cause: number | null;
  readonly isReady: boolean;
  readonly isMoved: boolean;
  readonly show: (line: number) => void;
}

/** Shows the lines that the address names; without any, the first cause at first, unless the reader has gone elsewhere. */
function usePlaces({ range, own, cause, isReady, isMoved, show }: Places): void {
  const shown = useRef<LineRange | 'cause' | null>(null);
  // Before the log is seen at another place.
  useLayoutEffect(() => {
    if (!isReady) return;
    if (range !== null) {
      if (shown.current !== range && own.current?.first !== range.first) show(range.first);
      shown.current = range;
    } else if (cause !== null && shown.current === null && !isMoved) {
      shown.current = 'cause';
      show(cause);
    }
  });
}

function EndKey({ onEnd }: { readonly onEnd: () => void }): null {
  useShortcut('G', 'End of the log, and follow it', onEnd);
  return null;
}
