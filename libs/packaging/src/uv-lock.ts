import { type LockFile } from './lock-selection.ts';
import { type Marker, parseMarker } from './marker.ts';
import { normalizeName, parseName } from './names.ts';
import { parseSpecifierSet, type SpecifierSet } from './specifier.ts';
import { ProblemReport, TableReader } from './table-reader.ts';
import { readUvFiles, readUvSource, type UvSource } from './uv-lock-source.ts';
import { parseVersion, type Version } from './version.ts';

/** A dependency of one locked package on another. */
export interface UvDependency {
  readonly normalizedName: string;
  /** Null: left out, since the lock has one entry of that name, or an entry without a version. */
  readonly version: Version | null;
  /** Null: left out for the same reason. */
  readonly source: UvSource | null;
  readonly extras: readonly string[];
  readonly marker: Marker | null;
}

export interface UvPackage {
  readonly normalizedName: string;
  /** Null: a source tree with a dynamic version. */
  readonly version: Version | null;
  readonly source: UvSource;
  /** The forks of the resolution that this entry is for; empty: all. */
  readonly resolutionMarkers: readonly Marker[];
  readonly dependencies: readonly UvDependency[];
  readonly optionalDependencies: ReadonlyMap<string, readonly UvDependency[]>;
  readonly devDependencies: ReadonlyMap<string, readonly UvDependency[]>;
  /** Extras and groups that exist, with or without dependencies (`[package.metadata]`). */
  readonly extras: readonly string[];
  readonly dependencyGroups: readonly string[];
  readonly files: readonly LockFile[];
  readonly place: string;
}

/** Extras and groups of which the resolution takes at most one. */
export interface UvConflictItem {
  readonly packageName: string;
  readonly extra: string | null;
  readonly dependencyGroup: string | null;
}

/** A `uv.lock`, version 1. */
export interface UvLock {
  readonly version: 1;
  readonly revision: number;
  readonly requiresPython: SpecifierSet | null;
  readonly resolutionMarkers: readonly Marker[];
  /** Environments outside of these were left out of the lock. */
  readonly supportedMarkers: readonly Marker[];
  readonly requiredMarkers: readonly Marker[];
  readonly conflicts: readonly (readonly UvConflictItem[])[];
  /** Normalized names of the workspace's projects; empty: the lock of one project or script. */
  readonly members: readonly string[];
  /** What a script asks for. */
  readonly requirements: readonly UvDependency[];
  /** Groups of a workspace that has no project at its root. */
  readonly dependencyGroups: ReadonlyMap<string, readonly UvDependency[]>;
  readonly packages: readonly UvPackage[];
  readonly notes: readonly string[];
}

const newestKnownRevision = 5;

const readDependency = (table: TableReader): UvDependency | undefined => {
  const normalizedName = table.requireKey('name', table.parsed('name', parseName));
  const version = table.parsed('version', parseVersion) ?? null;
  const sourceTable = table.table('source');
  const source = sourceTable === undefined ? null : (readUvSource(sourceTable) ?? null);
  // A dependency says `extra`, a requirement of the manifest `extras`.
  const extras = table.parsedList(table.has('extra') ? 'extra' : 'extras', parseName) ?? [];
  const marker = table.parsed('marker', parseMarker) ?? null;
  return normalizedName === undefined ? undefined : { normalizedName, version, source, extras, marker };
};

const readDependencies = (table: TableReader, key: string): UvDependency[] =>
  table
    .tables(key)
    .map(readDependency)
    .filter((dependency) => dependency !== undefined);

const readSets = (table: TableReader | undefined): Map<string, readonly UvDependency[]> => {
  const sets = new Map<string, readonly UvDependency[]>();
  for (const key of table?.keys ?? []) {
    const name = table?.attempt(table.toPath(key), key, parseName);
    if (table !== undefined && name !== undefined) sets.set(name, readDependencies(table, key));
  }
  return sets;
};

const toUnique = (names: readonly string[]): string[] => [...new Set(names)];

const readPackage = (table: TableReader): UvPackage | undefined => {
  const normalizedName = table.requireKey('name', table.parsed('name', parseName));
  const version = table.parsed('version', parseVersion);
  const sourceTable = table.requireKey('source', table.table('source'));
  const source = sourceTable === undefined ? undefined : readUvSource(sourceTable);
  const optionalDependencies = readSets(table.table('optional-dependencies'));
  const devDependencies = readSets(table.table('dev-dependencies'));
  const metadata = table.table('metadata');
  const entry = {
    version: version ?? null,
    resolutionMarkers: table.parsedList('resolution-markers', parseMarker) ?? [],
    dependencies: readDependencies(table, 'dependencies'),
    optionalDependencies,
    devDependencies,
    extras: toUnique([
      ...optionalDependencies.keys(),
      ...(metadata?.parsedList('provides-extras', parseName) ?? []),
    ]),
    dependencyGroups: toUnique([
      ...devDependencies.keys(),
      ...(metadata?.table('requires-dev')?.keys.map(normalizeName) ?? []),
    ]),
    place: table.path,
  };
  if (normalizedName === undefined || source === undefined) return undefined;
  return { ...entry, normalizedName, source, files: readUvFiles(table, source, normalizedName, version) };
};

const readConflicts = (root: TableReader): UvConflictItem[][] =>
  (root.list('conflicts') ?? []).map((set, at) => {
    // An array of arrays of tables: each inner one reads like a table that holds it.
    const holder = new TableReader({ set }, `conflicts[${at}]`, root.report);
    return holder.tables('set').map((item) => ({
      packageName: item.requireKey('package', item.parsed('package', parseName)) ?? '',
      extra: item.parsed('extra', parseName) ?? null,
      dependencyGroup: item.parsed('group', parseName) ?? null,
    }));
  });

const checkVersion = (root: TableReader, report: ProblemReport): void => {
  const version = root.requireKey('version', root.count('version'));
  if (version !== undefined && version !== 1) {
    report.add(
      `version is ${version}, and 1 is what can be read; write the lock with a uv that writes version 1.`,
    );
  }
  // Another version may mean anything by the other keys.
  report.throwIfAny();
};

/** Reads a parsed uv.lock. Unknown keys are passed over, as uv does. Throws one `LOCK_INVALID` with every problem. */
export const parseUvLock = (document: unknown): UvLock => {
  const report = new ProblemReport('LOCK_INVALID', 'uv.lock');
  const root = TableReader.ofDocument(document, report);
  checkVersion(root, report);
  const revision = root.count('revision') ?? 0;
  const manifest = root.table('manifest');
  const lock: UvLock = {
    version: 1,
    revision,
    requiresPython: root.parsed('requires-python', parseSpecifierSet) ?? null,
    resolutionMarkers: root.parsedList('resolution-markers', parseMarker) ?? [],
    supportedMarkers: root.parsedList('supported-markers', parseMarker) ?? [],
    requiredMarkers: root.parsedList('required-markers', parseMarker) ?? [],
    conflicts: readConflicts(root),
    members: manifest?.parsedList('members', parseName) ?? [],
    requirements: manifest === undefined ? [] : readDependencies(manifest, 'requirements'),
    dependencyGroups: readSets(manifest?.table('dependency-groups')),
    packages: root
      .tables('package')
      .map(readPackage)
      .filter((entry) => entry !== undefined),
    notes:
      revision > newestKnownRevision
        ? [`The lock has revision ${revision}; it was read as revision ${newestKnownRevision}.`]
        : [],
  };
  report.throwIfAny();
  return lock;
};
