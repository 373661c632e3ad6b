const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time in its two largest units: "34 s", "5 min 12 s", "3 h 5 min", "12 d 3 h". */
export function writeAge(ms: number): string {
  const s = Math.floor(ms / 1000);
  if (ms < minuteMs) return `${s} s`;
  if (ms < hourMs) return withRest(Math.floor(ms / minuteMs), 'min', s % 60, 's');
  if (ms < dayMs) return withRest(Math.floor(ms / hourMs), 'h', Math.floor(ms / minuteMs) % 60, 'min');
  return withRest(Math.floor(ms / dayMs), 'd', Math.floor(ms / hourMs) % 24, 'h');
}

const withRest = (count: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${restUnit}`;

/** A delay with a tenth of a second: "0.8 s". */
export const writeLag = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : writeAge(ms));

const local = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'shortOffset',
});

/** "29 Nov 2026, 08:42:10 GMT+1", in the zone of this browser. */
export const writeLocalTime = (ms: number): string => local.format(ms);

const { timeZone } = local.resolvedOptions();

/** Both zones that matter, for the title of a time. */
export const writeZones = (ms: number): string =>
  `${writeLocalTime(ms)} (${timeZone})\n${new Date(ms).toISOString()} (UTC)`;
