import { type IndexClock } from './index-transport.ts';

/** Node's own promise of a timer makes an error with a stack for each that is ended early, which nearly all are. */
const wait = (ms: number, signal: AbortSignal): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const stop = (): void => {
    clearTimeout(timer);
    reject(signal.reason as Error);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', stop);
    resolve(undefined);
  }, ms);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return promise;
};

/** The machine's own clock, for whoever has no other to hand in. */
export const systemClock: IndexClock = { now: () => Date.now(), wait };
