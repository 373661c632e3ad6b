import type { AttemptView } from '@ironwheel/contracts';

/** Where the failure of an attempt begins: the line that its worker named, else `look`; null where nothing failed. */
export function findToldCause(attempt: Pick<AttemptView, 'state' | 'error'>): number | 'look' | null {
  if (attempt.state !== 'failed') return null;
  const told = attempt.error?.lines.find(({ line_no: line }) => line > 0);
  return told?.line_no ?? 'look';
}

/** What the line says that the worker named; null: it named none. */
export const findToldLine = ({ error }: Pick<AttemptView, 'error'>): string | null =>
  error?.lines.find(({ line_no: line }) => line > 0)?.text ?? null;
