import { normalizeName, parseName } from './names.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { parseSpecifierSet, type SpecifierSet } from './specifier.ts';
import { ProblemReport, TableReader } from './table-reader.ts';
import { parseVersion, type Version } from './version.ts';

/** `[project]` of a pyproject.toml (PEP 621), as far as planning needs it. */
export interface ProjectTable {
  readonly normalizedName: string;
  /** Null: dynamic. */
  readonly version: Version | null;
  /** Null: none stated, or dynamic. */
  readonly requiresPython: SpecifierSet | null;
  /** Null: dynamic, so only a build can tell. */
  readonly dependencies: readonly Requirement[] | null;
  /** By normalized extra; null: dynamic. */
  readonly optionalDependencies: Readonly<Record<string, readonly Requirement[]>> | null;
  /** Fields that only a build can tell, as written. */
  readonly dynamic: readonly string[];
}

const readExtras = (project: TableReader): Record<string, readonly Requirement[]> => {
  const table = project.table('optional-dependencies');
  const extras: Record<string, readonly Requirement[]> = {};
  // An extra may be named like something that every object inherits.
  Object.setPrototypeOf(extras, null);
  for (const key of table?.keys ?? []) {
    const extra = table?.attempt(table.toPath(key), key, parseName);
    if (table === undefined || extra === undefined) continue;
    if (extra in extras) table.addProblem(key, `is the extra ${extra} for the second time (PEP 685)`);
    extras[extra] = table.parsedList(key, parseRequirement) ?? [];
  }
  return extras;
};

const checkDynamic = (project: TableReader, dynamic: readonly string[]): void => {
  if (dynamic.includes('name')) project.addProblem('dynamic', 'has "name", which must be static');
  for (const field of dynamic) {
    if (project.has(field)) project.addProblem(field, 'is stated and dynamic at once');
  }
  if (!dynamic.includes('version')) project.requireKey('version', project.raw('version'));
};

/** Reads `[project]` of a parsed pyproject.toml; null when there is none. Throws `PYPROJECT_INVALID`. */
export const parseProjectTable = (document: unknown): ProjectTable | null => {
  const report = new ProblemReport('PYPROJECT_INVALID', 'pyproject.toml');
  const root = TableReader.ofDocument(document, report);
  const project = root.table('project');
  if (project === undefined) {
    report.throwIfAny();
    return null;
  }
  const name = project.requireKey('name', project.parsed('name', parseName));
  const dynamic = project.strings('dynamic') ?? [];
  checkDynamic(project, dynamic);
  const version = project.parsed('version', parseVersion);
  const requiresPython = project.parsed('requires-python', parseSpecifierSet);
  const dependencies = project.parsedList('dependencies', parseRequirement);
  const extras = readExtras(project);
  report.throwIfAny();
  return {
    normalizedName: normalizeName(name ?? ''),
    version: version ?? null,
    requiresPython: requiresPython ?? null,
    dependencies: dynamic.includes('dependencies') ? null : (dependencies ?? []),
    optionalDependencies: dynamic.includes('optional-dependencies') ? null : extras,
    dynamic,
  };
};
