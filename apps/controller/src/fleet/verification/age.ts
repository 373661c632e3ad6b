/** How long ago, for people. */
export const toAge = (then: Date, now: Date): string =>
  `${Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000))} s ago`;
