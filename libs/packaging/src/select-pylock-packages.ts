import { compareVersions } from './compare-versions.ts';
import { evaluateMarker, type MarkerContext } from './evaluate-marker.ts';
import {
  attemptMarker,
  checkNames,
  describeForeignLock,
  formatTarget,
  type LockNeed,
  type LockSelection,
  type LockSelectionOptions,
  type SelectedPackage,
  type UnselectedPackage,
} from './lock-selection.ts';
import { matchesSpecifier } from './match-specifier.ts';
import { normalizeName } from './names.ts';
import { type Pylock, type PylockPackage } from './pylock.ts';
import { type SpecifierSet } from './specifier.ts';
import { ProblemReport } from './table-reader.ts';
import { type TargetEnvironment } from './target-environment.ts';

const takesPython = (target: TargetEnvironment, range: SpecifierSet | null): boolean =>
  range === null || matchesSpecifier(target.pythonFullVersion, range, { prereleases: true });

/** Names as asked for, checked against what the lock offers. */
const toContext = (lock: Pylock, options: LockSelectionOptions, report: ProblemReport): MarkerContext => {
  const extras = new Set((options.extras ?? []).map(normalizeName));
  const asked = new Set((options.dependencyGroups ?? []).map(normalizeName));
  checkNames(report, 'extra', extras, new Set(lock.extras));
  checkNames(report, 'dependency group', asked, new Set([...lock.dependencyGroups, ...lock.defaultGroups]));
  return { extras, dependencyGroups: new Set([...lock.defaultGroups, ...asked]) };
};

const formatPackage = (entry: PylockPackage): string =>
  entry.version === null ? entry.normalizedName : `${entry.normalizedName} ${entry.version.text}`;

/** `dependencies` is for reading only (PEP 751): it decides nothing, it only says who wants what. */
const toNeeds = (entry: PylockPackage, selected: ReadonlyMap<string, PylockPackage>): LockNeed[] =>
  entry.dependencies
    .filter(({ normalizedName, version }) => {
      const found = selected.get(normalizedName);
      const isThisVersion =
        version === null || !found?.version || compareVersions(found.version, version) === 0;
      return found !== undefined && isThisVersion;
    })
    .map(({ normalizedName, version }) => ({ normalizedName, version, extras: [], marker: null }));

const toSelected = (selected: ReadonlyMap<string, PylockPackage>): SelectedPackage[] => {
  const entries = [...selected.values()];
  const needs = new Map(entries.map((entry) => [entry, toNeeds(entry, selected)]));
  const wanted = new Set([...needs.values()].flat().map(({ normalizedName }) => normalizedName));
  return entries
    .map((entry) => ({
      normalizedName: entry.normalizedName,
      version: entry.version,
      source: entry.source,
      files: entry.files,
      needs: needs.get(entry) ?? [],
      isDirect: !wanted.has(entry.normalizedName),
    }))
    .sort((left, right) => (left.normalizedName < right.normalizedName ? -1 : 1));
};

/**
 * The packages of a lock for one target, by the installation steps of the pylock.toml specification, without choosing
 * a wheel: a rebuild needs none that is compatible. Environments that leave the target out are a note, not an error.
 * Throws `LOCK_MISMATCH`.
 */
export const selectPylockPackages = (lock: Pylock, options: LockSelectionOptions): LockSelection => {
  const { target } = options;
  const report = new ProblemReport('LOCK_MISMATCH', 'pylock.toml');
  const context = toContext(lock, options, report);
  const holds = (place: string, marker: Parameters<typeof evaluateMarker>[0]): boolean =>
    attemptMarker(report, place, () => evaluateMarker(marker, target.markers, context));
  if (!takesPython(target, lock.requiresPython)) {
    report.add(`It is for Python ${lock.requiresPython?.text}, and the target is ${formatTarget(target)}.`);
  }
  const isForeign =
    lock.environments.length > 0 && !lock.environments.some((marker) => holds('environments', marker));
  const selected = new Map<string, PylockPackage>();
  const unselected: UnselectedPackage[] = [];
  for (const entry of lock.packages) {
    const { normalizedName, version, marker, place } = entry;
    if (marker !== null && !holds(`${place}.marker`, marker)) {
      unselected.push({ normalizedName, version, why: 'its marker does not hold on the target' });
      continue;
    }
    const first = selected.get(normalizedName);
    if (first !== undefined) {
      report.add(
        `It names ${normalizedName} twice for ${formatTarget(target)}: ${first.place} (${formatPackage(first)}) and ${place} (${formatPackage(entry)}); their markers must not both hold.`,
      );
    }
    if (!takesPython(target, entry.requiresPython)) {
      report.add(
        `${place} (${formatPackage(entry)}) is for Python ${entry.requiresPython?.text}, and the target is ${formatTarget(target)}.`,
      );
    }
    selected.set(normalizedName, entry);
  }
  report.throwIfAny();
  return {
    packages: toSelected(selected),
    roots: [],
    unselected,
    notes: isForeign ? [...lock.notes, describeForeignLock('environments', target)] : lock.notes,
  };
};
