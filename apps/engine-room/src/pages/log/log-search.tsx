import { Input } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { searchLog } from '../../api/log-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { StepButtons } from './step-buttons.tsx';
import classes from './log.module.css';

interface Props {
  readonly attemptId: string;
  readonly find: string;
  readonly onFind: (find: string) => void;
  readonly onFound: (lines: readonly number[]) => void;
  readonly onShow: (line: number) => void;
  /** The reader has found it and wants to read. */
  readonly onLeave: () => void;
  readonly hasKeys: boolean;
  /** Another one: the log has changed. */
  readonly logKey: unknown;
}

const waitMs = 300;
const none: readonly number[] = [];

/** Finds a text in the whole log, also where it is not read yet: the controller looks. */
export function LogSearch(props: Props): ReactElement {
  const { attemptId, find, onFind, onFound, onShow, onLeave, hasKeys, logKey } = props;
  const [typed, setTyped] = useState(find);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (typed === find) return undefined;
    const timer = setTimeout(() => onFind(typed), waitMs);
    return () => clearTimeout(timer);
  }, [typed, find, onFind]);
  const call = searchLog(attemptId, find);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [...toQueryKey(call), logKey],
    queryFn: async ({ signal }) => {
      const { items, incomplete } = await callApi(call, signal);
      return { lines: items.map(({ line_no }) => line_no), incomplete };
    },
    enabled: find !== '',
    staleTime: Infinity,
  });
  const lines = find === '' ? none : (data?.lines ?? none);
  useEffect(() => onFound(lines), [lines, onFound]);
  useFirstHit(find, lines, onShow);
  useFindKey(hasKeys, field);
  return (
    <div className={classes.group}>
      <Input
        ref={field}
        size="xs"
        type="search"
        aria-label="Find in the log"
        placeholder="Find in the log (Ctrl+F)"
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onLeave();
        }}
      />
      {find !== '' && (
        <StepButtons
          key={find}
          what={isFetching ? 'hit so far' : 'hit'}
          lines={lines}
          isIncomplete={data?.incomplete ?? false}
          onShow={onShow}
          keys={null}
        />
      )}
      {error !== null && <ErrorNotice what="The search" error={error} onRetry={() => void refetch()} />}
    </div>
  );
}

/** Shows the first hit of a new search, once. */
function useFirstHit(find: string, lines: readonly number[], onShow: (line: number) => void): void {
  const shown = useRef(find);
  useEffect(() => {
    const [first] = lines;
    if (first === undefined || shown.current === find) return;
    shown.current = find;
    onShow(first);
  }, [find, lines, onShow]);
}

/** The browser finds only what is in the document. A second Ctrl+F, in the field, is the browser's own. */
function useFindKey(isOn: boolean, field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key.toLowerCase() !== 'f' ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      if (document.activeElement === field.current) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isOn, field]);
}
