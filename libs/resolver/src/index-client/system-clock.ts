import { setTimeout as wait } from 'node:timers/promises';
import { type IndexClock } from './index-transport.ts';

/** The machine's own clock, for whoever has no other to hand in. */
export const systemClock: IndexClock = {
  now: () => Date.now(),
  wait: (ms, signal) => wait(ms, undefined, { signal }),
};
