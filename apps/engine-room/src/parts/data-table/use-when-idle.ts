import { useEffect } from 'react';

/** Milliseconds left to whoever acts next, of what the browser says it has to spare. */
const sparedMs = 2;

/** Does something for each of many items while nobody acts, so that it is done when somebody does. Where a browser never says that, nothing. */
export function useWhenIdle<Item>(items: readonly Item[], work: (item: Item) => void): void {
  useEffect(() => {
    if (typeof requestIdleCallback !== 'function') return undefined;
    const left = items.values();
    let handle = requestIdleCallback(step);
    function step(deadline: IdleDeadline): void {
      while (deadline.timeRemaining() > sparedMs) {
        const { done, value } = left.next();
        if (done === true) return;
        work(value);
      }
      handle = requestIdleCallback(step);
    }
    return () => cancelIdleCallback(handle);
  }, [items, work]);
}
