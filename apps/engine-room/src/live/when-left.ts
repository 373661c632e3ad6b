const listeners = new Set<() => void>();

// The browser has ended the connections of a page before it tells the page, and whoever waits for them hears of it as soon as the first
// listener has returned. So this has to be the first, and is imported before all that may listen as well (main.tsx).
addEventListener('pagehide', () => {
  for (const listener of listeners) listener();
});

/** Calls `listener` when the page is left, before anything else that comes of it; returns what takes it away. */
export function onLeft(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
