import type { ComputePlan } from '@ironwheel/contracts';
import type { TargetEnvironment } from '@ironwheel/packaging';
import { InputInvalidError, readText, type LockedPackage, type LockKind } from '@ironwheel/resolver';
import { toInputInvalid } from '../inputs/index.ts';

/** A lock file that a plan is made from. */
export interface HandedInLock {
  readonly kind: LockKind;
  readonly filename: string;
  readonly text: string;
}

export interface SelectedLocks {
  readonly locked: readonly LockedPackage[];
  /** For people. */
  readonly notes: readonly string[];
}

/** Selects the packages of lock files for a target. Throws INPUT_INVALID with an issue for each lock that is not for it. */
export async function selectLocks(
  locks: readonly HandedInLock[],
  target: TargetEnvironment,
  { extras, dependency_groups: groups }: Pick<ComputePlan, 'extras' | 'dependency_groups'>,
  signal: AbortSignal,
): Promise<SelectedLocks> {
  const options = {
    target,
    ...(extras === undefined ? {} : { extras }),
    ...(groups === undefined ? {} : { dependencyGroups: groups }),
  };
  const locked: LockedPackage[] = [];
  const notes: string[] = [];
  const issues: { path: string; message: string }[] = [];
  for (const { kind, filename, text } of locks) {
    try {
      const found = await readText('readLock', [kind, text, filename, options], { signal });
      locked.push(...found.packages);
      notes.push(...found.notes);
    } catch (error) {
      if (!(error instanceof InputInvalidError)) throw error;
      issues.push(...error.problems.map((message) => ({ path: filename, message })));
    }
  }
  issues.push(...findContradictions(locked));
  if (issues.length > 0) throw toInputInvalid(issues);
  return { locked, notes };
}

/** Two locks that were handed in together must agree on every project that both name. */
function findContradictions(locked: readonly LockedPackage[]): { path: string; message: string }[] {
  const byName = Map.groupBy(locked, ({ normalizedName }) => normalizedName);
  return [...byName].flatMap(([name, [first, ...others]]) => {
    const other = others.find(({ version }) => version?.text !== first?.version?.text);
    return first === undefined || other === undefined
      ? []
      : [{ path: name, message: `The locks contradict each other: ${first.label} and ${other.label}.` }];
  });
}
