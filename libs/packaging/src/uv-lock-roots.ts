import { type LockSelectionOptions } from './lock-selection.ts';
import { normalizeName } from './names.ts';
import { ProblemReport } from './table-reader.ts';
import { type UvDependency, type UvLock, type UvPackage } from './uv-lock.ts';

/** Where the walk over a lock begins. */
export interface UvRoots {
  /** The user's own projects. */
  readonly entries: readonly UvPackage[];
  /** What is asked for without a project: by a script, or by groups of a workspace. */
  readonly needs: readonly UvDependency[];
  readonly extras: ReadonlySet<string>;
  readonly dependencyGroups: ReadonlySet<string>;
  readonly knownExtras: ReadonlySet<string>;
  readonly knownGroups: ReadonlySet<string>;
}

/** The folder of the lock itself: how uv writes the one project of a lock without members. */
const isLockFolder = ({ source }: UvPackage): boolean =>
  (source.kind === 'virtual' || source.kind === 'editable' || source.kind === 'directory') &&
  (source.location === '.' || source.location === '');

const findEntries = (lock: UvLock, wanted: readonly string[] | undefined): UvPackage[] => {
  const members = new Set(lock.members);
  const isLocal = ({ source }: UvPackage): boolean => source.place.kind === 'path';
  const all = lock.packages.filter((entry) =>
    members.size > 0 ? members.has(entry.normalizedName) && isLocal(entry) : isLockFolder(entry),
  );
  if (wanted === undefined) return all;
  const report = new ProblemReport('LOCK_MISMATCH', 'uv.lock');
  const found = wanted.flatMap((name) => {
    const entries = all.filter(({ normalizedName }) => normalizedName === normalizeName(name));
    const known = all.map(({ normalizedName }) => normalizedName).slice(0, 20);
    if (entries.length === 0)
      report.add(`${name} is no project of it; it has ${known.join(', ') || 'none'}.`);
    return entries;
  });
  report.throwIfAny();
  return [...new Set(found)];
};

/** Finds the projects, script requirements and groups that a selection begins at. Throws `LOCK_MISMATCH`. */
export const findUvRoots = (
  lock: UvLock,
  options: LockSelectionOptions & { readonly roots?: readonly string[] },
): UvRoots => {
  const entries = findEntries(lock, options.roots);
  const dependencyGroups = new Set((options.dependencyGroups ?? []).map(normalizeName));
  const ofGroups = [...dependencyGroups].flatMap((group) => lock.dependencyGroups.get(group) ?? []);
  if (entries.length === 0 && lock.requirements.length === 0 && lock.dependencyGroups.size === 0) {
    const report = new ProblemReport('LOCK_MISMATCH', 'uv.lock');
    report.add('It has no project and no script requirements, so nothing says what is asked for.');
    report.throwIfAny();
  }
  return {
    entries,
    needs: [...lock.requirements, ...ofGroups],
    extras: new Set((options.extras ?? []).map(normalizeName)),
    dependencyGroups,
    knownExtras: new Set(entries.flatMap(({ extras }) => extras)),
    knownGroups: new Set([
      ...entries.flatMap((entry) => entry.dependencyGroups),
      ...lock.dependencyGroups.keys(),
    ]),
  };
};
