import { type LockFile, type LockSource } from './lock-selection.ts';
import { type Marker, parseMarker } from './marker.ts';
import { parseName } from './names.ts';
import { PackagingError, quoteForError } from './packaging-error.ts';
import { findUnknownPylockKeys } from './pylock-keys.ts';
import { readPylockSource } from './pylock-source.ts';
import { parseSpecifierSet, type SpecifierSet } from './specifier.ts';
import { ProblemReport, TableReader } from './table-reader.ts';
import { parseVersion, type Version } from './version.ts';

/** What a package entry says of another: informational only, never used to install (PEP 751). */
export interface PylockDependency {
  readonly normalizedName: string;
  readonly version: Version | null;
}

/** One `[[packages]]` entry. */
export interface PylockPackage {
  readonly normalizedName: string;
  readonly version: Version | null;
  readonly marker: Marker | null;
  readonly requiresPython: SpecifierSet | null;
  readonly dependencies: readonly PylockDependency[];
  readonly source: LockSource;
  readonly files: readonly LockFile[];
  /** `packages[3]`: for messages. */
  readonly place: string;
}

/** A `pylock.toml` (pylock.toml specification, PEP 751). */
export interface Pylock {
  readonly lockVersion: string;
  readonly createdBy: string;
  readonly environments: readonly Marker[];
  readonly requiresPython: SpecifierSet | null;
  readonly extras: readonly string[];
  readonly dependencyGroups: readonly string[];
  readonly defaultGroups: readonly string[];
  readonly packages: readonly PylockPackage[];
  /** What a newer minor version of the format holds that is not known here. */
  readonly notes: readonly string[];
}

const parseLockVersion = (text: string): string => {
  if (/^1\.[0-9]{1,4}$/.test(text)) return text;
  throw new PackagingError(
    'LOCK_INVALID',
    `${quoteForError(text)} is not a version of the format that can be read; write the lock as version 1.0.`,
  );
};

/** Whether an array of tables has the right form; what stands in the tables may be anything. */
const checkTables = (table: TableReader, key: string): void => {
  for (const entry of table.tables(key)) {
    if (key === 'attestation-identities') entry.requireKey('kind', entry.string('kind'));
  }
};

const readDependencies = (table: TableReader): PylockDependency[] =>
  table.tables('dependencies').flatMap((entry) => {
    const normalizedName = entry.requireKey('name', entry.parsed('name', parseName));
    const version = entry.parsed('version', parseVersion) ?? null;
    return normalizedName === undefined ? [] : [{ normalizedName, version }];
  });

const readPackage = (table: TableReader): PylockPackage | undefined => {
  const normalizedName = table.requireKey('name', table.parsed('name', parseName));
  const version = table.parsed('version', parseVersion);
  const marker = table.parsed('marker', parseMarker) ?? null;
  const requiresPython = table.parsed('requires-python', parseSpecifierSet) ?? null;
  const dependencies = readDependencies(table);
  checkTables(table, 'attestation-identities');
  table.table('tool');
  const found = readPylockSource(table, normalizedName, version);
  if (normalizedName === undefined || found === undefined) return undefined;
  return {
    normalizedName,
    version: version ?? null,
    marker,
    requiresPython,
    dependencies,
    ...found,
    place: table.path,
  };
};

/** Unknown keys are errors in the version that is known, and notes in a newer one (lock-version). */
const checkKeys = (document: unknown, lockVersion: string | undefined, report: ProblemReport): string[] => {
  const unknown = findUnknownPylockKeys(document);
  if (lockVersion === undefined || lockVersion === '1.0') {
    for (const path of unknown) report.add(`${path} is not a key of pylock.toml 1.0.`);
    return [];
  }
  const listed = unknown.slice(0, 10).join(', ');
  const ignored = listed === '' ? '' : ` These keys were ignored: ${listed}.`;
  return [`The lock has version ${lockVersion}; it was read as 1.0.${ignored}`];
};

/** Reads a parsed pylock.toml. Throws one `LOCK_INVALID` that names every problem. */
export const parsePylock = (document: unknown): Pylock => {
  const report = new ProblemReport('LOCK_INVALID', 'pylock.toml');
  const root = TableReader.ofDocument(document, report);
  const lockVersion = root.requireKey('lock-version', root.parsed('lock-version', parseLockVersion));
  // Another major version may mean anything by the other keys.
  report.throwIfAny();
  const createdBy = root.requireKey('created-by', root.string('created-by'));
  const environments = root.parsedList('environments', parseMarker) ?? [];
  const requiresPython = root.parsed('requires-python', parseSpecifierSet) ?? null;
  const extras = root.parsedList('extras', parseName) ?? [];
  const dependencyGroups = root.parsedList('dependency-groups', parseName) ?? [];
  const defaultGroups = root.parsedList('default-groups', parseName) ?? [];
  root.requireKey('packages', root.raw('packages'));
  root.table('tool');
  const packages = root.tables('packages').map(readPackage);
  const notes = checkKeys(document, lockVersion, report);
  report.throwIfAny();
  return {
    lockVersion: lockVersion ?? '',
    createdBy: createdBy ?? '',
    environments,
    requiresPython,
    extras,
    dependencyGroups,
    defaultGroups,
    packages: packages.filter((entry) => entry !== undefined),
    notes,
  };
};
