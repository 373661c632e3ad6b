import { createContext, use, useSyncExternalStore } from 'react';
import type { LiveState, LiveStream } from './live-stream.ts';

export const LiveContext = createContext<LiveStream | null>(null);

export function useLiveStream(): LiveStream {
  const stream = use(LiveContext);
  if (stream === null) throw new Error('there is no live stream here');
  return stream;
}

export function useLiveState(): LiveState {
  const stream = useLiveStream();
  return useSyncExternalStore(
    (listener) => stream.onState(listener),
    () => stream.state,
  );
}
