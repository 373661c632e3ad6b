import type { AttemptView } from '@ironwheel/contracts';

type Told = Pick<AttemptView, 'error'>;

/** Words of compilers, linkers, Python and installers where something goes wrong; what stands before it was told for company. */
const wrong = /\b(?:error|fatal|exception|cannot|not found|undefined)\b/i;

function findLine({ error }: Told) {
  const told = error?.lines.filter(({ line_no: line }) => line > 0) ?? [];
  return told.find(({ text }) => wrong.test(text)) ?? told[0];
}

/** Where the failure of an attempt begins: of the lines that its worker named, else `look`; null where nothing failed. */
export function findToldCause(attempt: Told & Pick<AttemptView, 'state'>): number | 'look' | null {
  return attempt.state === 'failed' ? (findLine(attempt)?.line_no ?? 'look') : null;
}

/** What that line says; null: the worker named none. */
export const findToldLine = (attempt: Told): string | null => findLine(attempt)?.text ?? null;
