import type { AttemptView } from '@ironwheel/contracts';

type ToldLine = NonNullable<AttemptView['error']>['lines'][number];

/** Not of an option such as `-Wno-error`. */
const tellsFailure =
  /(?<![\w-])(?:error|fatal|failed|undefined reference|cannot find|not found|no such file)\b/i;

/** Of the lines that the worker named, the first ones may lead up to the failure. */
function findTold({ error }: Pick<AttemptView, 'error'>): ToldLine | undefined {
  const told = error?.lines.filter(({ line_no: line }) => line > 0) ?? [];
  return told.find(({ text }) => tellsFailure.test(text)) ?? told[0];
}

/** Where the failure of an attempt begins: the line that its worker named, else `look`; null where nothing failed. */
export function findToldCause(attempt: Pick<AttemptView, 'state' | 'error'>): number | 'look' | null {
  if (attempt.state !== 'failed') return null;
  return findTold(attempt)?.line_no ?? 'look';
}

/** What the line says that the worker named; null: it named none. */
export const findToldLine = (attempt: Pick<AttemptView, 'error'>): string | null =>
  findTold(attempt)?.text ?? null;
