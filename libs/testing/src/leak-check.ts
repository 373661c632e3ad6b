import { setTimeout as pause } from 'node:timers/promises';

const watched = [
  'TCPServerWrap',
  'TCPSocketWrap',
  'PipeWrap',
  'ProcessWrap',
  'FSEventWrap',
  'StatWatcher',
  'Timeout',
];

function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (watched.includes(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/**
 * Remembers what is open now (servers, sockets, child processes, timers that keep the process alive). The returned
 * function waits until there is no more of anything than then, and throws with the kinds when that does not happen.
 */
export function watchForLeaks(timeoutMs = 5000): () => Promise<void> {
  const before = countResources();
  return async () => {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const now = countResources();
      // The pause below is a timer itself, but never pending while we count.
      const leaks = [...now].filter(([kind, count]) => count > (before.get(kind) ?? 0));
      if (leaks.length === 0) return;
      if (performance.now() > end) {
        throw new Error(
          `still open: ${leaks.map(([kind, count]) => `${kind} ${count} (was ${before.get(kind) ?? 0})`).join(', ')}`,
        );
      }
      await pause(20);
    }
  };
}
