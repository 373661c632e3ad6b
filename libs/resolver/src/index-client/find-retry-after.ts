import { type IndexClock } from './index-transport.ts';

/** `Retry-After` in milliseconds from now: seconds, or a date (RFC 9110, 10.2.3). Undefined for anything else. */
export const findRetryAfterMs = (text: string | undefined, clock: IndexClock): number | undefined => {
  if (text === undefined || text.length > 100) return undefined;
  if (/^[0-9]+$/.test(text.trim())) return Number(text) * 1000;
  const time = /^[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - clock.now());
};
