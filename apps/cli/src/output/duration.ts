/** Seconds for people: `0.4 s`, `12 s`, `3 m 05 s`, `2 h 10 m`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} m`;
}

/** Time since `then` (RFC 3339) for people; a dash when there is none. */
export function formatAge(then: string | null, now: number = Date.now()): string {
  return then === null ? '–' : formatDuration(Math.max(0, (now - Date.parse(then)) / 1000));
}
