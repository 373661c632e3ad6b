import { useEffect, useState, useSyncExternalStore } from 'react';
import { callApi, findCome } from '../../api/call-api.ts';
import { followAddress, readLogLines } from '../../api/log-calls.ts';
import { useLiveState } from '../../live/live-context.ts';
import type { LivePhase } from '../../live/live-stream.ts';
import { readEvents, type ServerEvent } from '../../live/read-events.ts';
import { blockLines, LogStore, type LogState } from './log-store.ts';

async function* follow(
  attemptId: string,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent | null> {
  const answer = await fetch(followAddress(attemptId, offset), {
    signal,
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { accept: 'text/event-stream' },
  });
  if (!answer.ok || answer.body === null) throw new Error(`The log cannot be followed: ${answer.status}.`);
  yield* readEvents(answer.body);
}

/**
 * The log of an attempt; what is written to it comes by itself unless the person has paused. A connection that was cut without
 * a word stays silent for ever: when the page's own stream was away, the log is taken up anew.
 */
export function useLogStore(attemptId: string): readonly [LogStore, LogState] {
  const [store] = useState(
    () =>
      new LogStore({
        tail: findCome(readLogLines(attemptId, null, blockLines)),
        readLines: (from, limit, signal) => callApi(readLogLines(attemptId, from, limit), signal),
        follow: (offset, signal) => follow(attemptId, offset, signal),
      }),
  );
  const { phase } = useLiveState();
  const isPaused = phase === 'paused';
  const returns = useReturns(phase);
  useEffect(() => {
    if (isPaused && store.state.phase === 'ready') return undefined;
    void store.start();
    return () => store.stop();
  }, [store, isPaused, returns]);
  const state = useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.state,
  );
  return [store, state];
}

/** How often the stream was broken and has come back. */
function useReturns(phase: LivePhase): number {
  const [seen, setSeen] = useState({ phase, returns: 0 });
  if (seen.phase !== phase) {
    const isBack = seen.phase === 'broken' && phase === 'live';
    setSeen({ phase, returns: seen.returns + (isBack ? 1 : 0) });
  }
  return seen.returns;
}
