import { isPureWheel, normalizeName, type WheelFileName } from '@ironwheel/packaging';

/** Which ready wheels of a project may be reused: any, only such without compiled parts, or none. */
export type BinaryRule = 'any' | 'pure' | 'none';

/** Reads pip's `--no-binary` values, in order: names, `:all:`, and `:none:`, which takes back what stands before it. */
export const createBinaryRules = (noBinary: readonly string[]): ((normalizedName: string) => BinaryRule) => {
  const names = new Set<string>();
  let isAll = false;
  for (const value of noBinary) {
    if (value === ':all:') isAll = true;
    else if (value === ':none:') {
      isAll = false;
      names.clear();
    } else names.add(normalizeName(value));
  }
  return (name) => (names.has(name) ? 'none' : isAll ? 'pure' : 'any');
};

export const allowsWheel = (rule: BinaryRule, wheel: WheelFileName): boolean =>
  rule === 'any' || (rule === 'pure' && isPureWheel(wheel));
