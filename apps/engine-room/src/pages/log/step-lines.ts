import type { KeyboardEvent } from 'react';

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** From the number of a line to that of its neighbour: one of them is come to by Tab, the others by arrows. */
export function stepLines(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key];
  const { target, currentTarget } = event;
  if (step === undefined || !(target instanceof HTMLAnchorElement)) return;
  const line = Number(target.closest<HTMLElement>('[data-line]')?.dataset['line']);
  const next = currentTarget.querySelector<HTMLElement>(`[data-line="${line + step}"] a`);
  if (next === null) return;
  event.preventDefault();
  next.focus();
}
