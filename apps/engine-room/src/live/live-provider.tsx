import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useSession } from '../session/session-context.ts';
import { LiveContext } from './live-context.ts';
import { LiveStream } from './live-stream.ts';
import { QueryRefresher } from './query-refresher.ts';
import { onLeft } from './when-left.ts';

/** Opens the stream of this tab, and makes queries ask again when the stream says that they are old. */
export function LiveProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const { session } = useSession();
  const [stream] = useState(
    () =>
      new LiveStream({
        url: '/api/stream',
        fetch: (input, init) => fetch(input, init),
        now: () => Date.now(),
        // The session's own query finds out what that means.
        onSignedOut: () => void client.invalidateQueries({ queryKey: ['session'] }),
      }),
  );
  useEffect(() => {
    const refresher = new QueryRefresher(client);
    const stopListening = stream.onNews((news) => refresher.take(news));
    // What came just before a pause is shown after it, when everything is asked for anew.
    const stopWatching = stream.onState(() => {
      if (stream.state.phase === 'paused') refresher.stop();
    });
    // A page that is left would draw itself once more, as cut off, before the next one can begin.
    const stopLeaving = onLeft(() => stream.leave());
    const comeBack = (): void => stream.start();
    window.addEventListener('pageshow', comeBack);
    stream.start();
    return () => {
      stopLeaving();
      window.removeEventListener('pageshow', comeBack);
      stopListening();
      stopWatching();
      refresher.stop();
      stream.stop();
    };
  }, [stream, client, session.token_id]);
  return <LiveContext value={stream}>{children}</LiveContext>;
}
