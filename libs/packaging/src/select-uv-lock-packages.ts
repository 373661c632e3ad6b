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
} from './lock-selection.ts';
import { type Marker } from './marker.ts';
import { matchesSpecifier } from './match-specifier.ts';
import { ProblemReport } from './table-reader.ts';
import { type TargetEnvironment } from './target-environment.ts';
import { findUvRoots, type UvRoots } from './uv-lock-roots.ts';
import { type UvDependency, type UvLock, type UvPackage } from './uv-lock.ts';

export interface UvLockSelectionOptions extends LockSelectionOptions {
  /** Members of the workspace to begin at; all of them when not given. */
  readonly roots?: readonly string[];
}

const formatEntry = (entry: UvPackage): string =>
  entry.version === null ? entry.normalizedName : `${entry.normalizedName} ${entry.version.text}`;

/** An extra of a package as the markers of a lock with conflicts name it. */
const toConflictName = (kind: 'extra' | 'group', packageName: string, name: string): string =>
  `${kind}-${packageName.length}-${packageName}-${name}`;

interface Visit {
  readonly entry: UvPackage;
  readonly needs: LockNeed[];
  readonly extras: Set<string>;
  isDirect: boolean;
}

interface Step {
  readonly dependency: UvDependency;
  /** Who asks; undefined: the user. */
  readonly from: Visit | undefined;
  readonly isDirect: boolean;
}

/** One walk over a lock, with a given idea of which extras are asked for. */
class UvWalk {
  readonly visits = new Map<UvPackage, Visit>();
  readonly activated = new Set<string>();
  readonly report = new ProblemReport('LOCK_MISMATCH', 'uv.lock');
  readonly #byName: ReadonlyMap<string, readonly UvPackage[]>;
  readonly #target: TargetEnvironment;
  readonly #context: MarkerContext;
  readonly #steps: Step[] = [];

  constructor(lock: UvLock, target: TargetEnvironment, extras: ReadonlySet<string>) {
    this.#byName = Map.groupBy(lock.packages, ({ normalizedName }) => normalizedName);
    this.#target = target;
    this.#context = { extras };
  }

  run(roots: UvRoots): void {
    for (const entry of roots.entries) {
      const visit = this.#visit(entry);
      for (const extra of roots.extras) this.#activate(visit, extra, true);
      for (const group of roots.dependencyGroups) {
        this.activated.add(toConflictName('group', entry.normalizedName, group));
        this.#push(entry.devDependencies.get(group) ?? [], visit, true);
      }
      this.#push(entry.dependencies, visit, true);
    }
    this.#push(roots.needs, undefined, true);
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) this.#follow(step);
  }

  holds(place: string, marker: Marker): boolean {
    return attemptMarker(this.report, place, () =>
      evaluateMarker(marker, this.#target.markers, this.#context),
    );
  }

  #visit(entry: UvPackage): Visit {
    const known = this.visits.get(entry);
    if (known !== undefined) return known;
    const visit: Visit = { entry, needs: [], extras: new Set(), isDirect: false };
    this.visits.set(entry, visit);
    return visit;
  }

  #push(dependencies: readonly UvDependency[], from: Visit | undefined, isDirect: boolean): void {
    for (const dependency of dependencies) this.#steps.push({ dependency, from, isDirect });
  }

  #activate(visit: Visit, extra: string, isDirect: boolean): void {
    if (visit.extras.has(extra)) return;
    visit.extras.add(extra);
    this.activated.add(toConflictName('extra', visit.entry.normalizedName, extra));
    this.#push(visit.entry.optionalDependencies.get(extra) ?? [], visit, isDirect);
  }

  #follow({ dependency, from, isDirect }: Step): void {
    const { marker, normalizedName, version, extras } = dependency;
    const place = from?.entry.place ?? 'manifest';
    if (marker !== null && !this.holds(place, marker)) return;
    const entry = this.#find(dependency, place);
    if (entry === undefined) return;
    from?.needs.push({ normalizedName, version, extras, marker });
    const isNew = !this.visits.has(entry);
    const visit = this.#visit(entry);
    if (isDirect) visit.isDirect = true;
    for (const extra of extras) this.#activate(visit, extra, false);
    if (isNew) this.#push(entry.dependencies, visit, false);
  }

  /** The entry that a dependency means: by what it states, and else by the fork that the target is in. */
  #find(dependency: UvDependency, place: string): UvPackage | undefined {
    const { normalizedName, version, source } = dependency;
    const stated = (this.#byName.get(normalizedName) ?? []).filter(
      (entry) =>
        (version === null || (entry.version !== null && compareVersions(entry.version, version) === 0)) &&
        (source === null || (entry.source.kind === source.kind && entry.source.location === source.location)),
    );
    const [only, second] = stated.length > 1 ? stated.filter((entry) => this.#isOfFork(entry)) : stated;
    if (only !== undefined && second === undefined) return only;
    const wanted = version === null ? normalizedName : `${normalizedName} ${version.text}`;
    const choice = stated.map(formatEntry).slice(0, 10).join(', ');
    this.report.add(
      stated.length === 0
        ? `${place} needs ${wanted}, and no [[package]] is that.`
        : `${place} needs ${wanted}, and for ${formatTarget(this.#target)} ${only === undefined ? 'none' : 'more than one'} of these entries is meant: ${choice}.`,
    );
    return undefined;
  }

  #isOfFork({ resolutionMarkers, place }: UvPackage): boolean {
    return resolutionMarkers.length === 0 || resolutionMarkers.some((marker) => this.holds(place, marker));
  }
}

/** Markers of locks with conflicts ask for extras that the walk itself brings in: it is repeated until they agree. */
const mostWalks = 10;

const walkLock = (lock: UvLock, target: TargetEnvironment, roots: UvRoots): UvWalk => {
  let extras: ReadonlySet<string> = new Set();
  for (let at = 0; at < mostWalks; at += 1) {
    const walk = new UvWalk(lock, target, extras);
    walk.run(roots);
    const isStable =
      walk.activated.size === extras.size && [...walk.activated].every((name) => extras.has(name));
    if (isStable || lock.conflicts.length === 0) return walk;
    extras = walk.activated;
  }
  const report = new ProblemReport('LOCK_MISMATCH', 'uv.lock');
  report.add('Its conflict markers contradict each other; write the lock again.');
  report.throwIfAny();
  return new UvWalk(lock, target, extras);
};

const checkConflicts = (lock: UvLock, walk: UvWalk): void => {
  for (const set of lock.conflicts) {
    const asked = set.flatMap(({ packageName, extra, dependencyGroup }) => {
      const kind = extra === null ? 'group' : 'extra';
      const name = extra ?? dependencyGroup;
      const isAsked = name !== null && walk.activated.has(toConflictName(kind, packageName, name));
      return isAsked ? [`${kind} ${name} of ${packageName}`] : [];
    });
    if (asked.length > 1)
      walk.report.add(`These exclude each other: ${asked.join(', ')}; ask for one of them.`);
  }
};

const checkOneVersion = (walk: UvWalk, target: TargetEnvironment): void => {
  const byName = Map.groupBy(walk.visits.keys(), ({ normalizedName }) => normalizedName);
  for (const [name, entries] of byName) {
    if (entries.length < 2) continue;
    const listed = entries.map((entry) => `${entry.place} (${formatEntry(entry)})`).join(' and ');
    walk.report.add(`It names ${name} more than once for ${formatTarget(target)}: ${listed}.`);
  }
};

const toSelected = ({ entry, needs, isDirect }: Visit): SelectedPackage => ({
  normalizedName: entry.normalizedName,
  version: entry.version,
  source: entry.source.place,
  files: entry.files,
  needs,
  isDirect,
});

/**
 * The packages of a lock for one target: from the workspace's projects along every dependency whose marker holds
 * there. Throws `LOCK_MISMATCH`.
 */
export const selectUvLockPackages = (lock: UvLock, options: UvLockSelectionOptions): LockSelection => {
  const { target } = options;
  const roots = findUvRoots(lock, options);
  const walk = walkLock(lock, target, roots);
  const { report } = walk;
  checkNames(report, 'extra', roots.extras, roots.knownExtras);
  checkNames(report, 'dependency group', roots.dependencyGroups, roots.knownGroups);
  if (
    lock.requiresPython &&
    !matchesSpecifier(target.pythonFullVersion, lock.requiresPython, { prereleases: true })
  ) {
    report.add(`It is for Python ${lock.requiresPython.text}, and the target is ${formatTarget(target)}.`);
  }
  checkConflicts(lock, walk);
  checkOneVersion(walk, target);
  const isForeign =
    lock.supportedMarkers.length > 0 &&
    !lock.supportedMarkers.some((marker) => walk.holds('supported-markers', marker));
  report.throwIfAny();
  const rootEntries = new Set(roots.entries);
  return {
    packages: [...walk.visits.values()]
      .filter(({ entry }) => !rootEntries.has(entry))
      .map(toSelected)
      .sort((left, right) => (left.normalizedName < right.normalizedName ? -1 : 1)),
    roots: roots.entries.map(({ normalizedName }) => normalizedName),
    unselected: lock.packages
      .filter((entry) => !walk.visits.has(entry))
      .map(({ normalizedName, version }) => ({
        normalizedName,
        version,
        why: 'nothing that was asked for needs it on the target',
      })),
    notes: isForeign ? [...lock.notes, describeForeignLock('supported-markers', target)] : lock.notes,
  };
};
