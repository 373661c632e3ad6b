import { isPureWheel, normalizeName, type WheelFileName } from '@ironwheel/packaging';

/** Which ready wheels of a project may be reused: any, only such without compiled parts, or none. */
export type WheelRule = 'any' | 'pure' | 'none';

export interface BinaryRule {
  readonly wheels: WheelRule;
  /** False: taken as a ready wheel or not at all (`only_binary`). */
  readonly mayBuild: boolean;
}

export type FindBinaryRule = (normalizedName: string) => BinaryRule;

interface NameList {
  readonly names: ReadonlySet<string>;
  readonly isAll: boolean;
}

/** Values in order: names, `:all:`, and `:none:`, which takes back what stands before it. */
const readNames = (values: readonly string[]): NameList => {
  const names = new Set<string>();
  let isAll = false;
  for (const value of values) {
    if (value === ':all:') isAll = true;
    else if (value === ':none:') {
      isAll = false;
      names.clear();
    } else names.add(normalizeName(value));
  }
  return { names, isAll };
};

/**
 * Reads pip's `--no-binary` and `--only-binary`. A name weighs more than `:all:`; of two names `only_binary` wins, for
 * it is how a circle of build requirements is broken.
 */
export const createBinaryRules = (
  noBinary: readonly string[],
  onlyBinary: readonly string[] = [],
): FindBinaryRule => {
  const no = readNames(noBinary);
  const only = readNames(onlyBinary);
  return (name) => {
    if (only.names.has(name)) return { wheels: 'any', mayBuild: false };
    if (no.names.has(name)) return { wheels: 'none', mayBuild: true };
    if (only.isAll) return { wheels: 'any', mayBuild: false };
    return { wheels: no.isAll ? 'pure' : 'any', mayBuild: true };
  };
};

export const allowsWheel = (rule: WheelRule, wheel: WheelFileName): boolean =>
  rule === 'any' || (rule === 'pure' && isPureWheel(wheel));
