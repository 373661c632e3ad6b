import type { InputView } from '@ironwheel/contracts';

/** Of the files that were chosen, those that wait no longer: another plan has them, or somebody deleted them. */
export function listGone(
  chosen: readonly string[],
  pending: readonly Pick<InputView, 'input_id'>[],
): readonly string[] {
  const there = new Set(pending.map(({ input_id: id }) => id));
  return chosen.filter((id) => !there.has(id));
}
