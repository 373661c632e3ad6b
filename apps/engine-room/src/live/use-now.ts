import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time in ms, new every second: one timer for all ages of a page. */
export const useNow = (): number => useSyncExternalStore(subscribe, readNow);

function readNow(): number {
  // Nobody has asked for a while: what was read last is old.
  if (timer === undefined && Date.now() - nowMs > 1_000) nowMs = Date.now();
  return nowMs;
}
