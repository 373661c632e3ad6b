import { PackagingError, quoteForError } from './packaging-error.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { ProblemReport, TableReader } from './table-reader.ts';

/** `[build-system]` of a pyproject.toml (PEP 518, PEP 517). */
export interface BuildSystem {
  readonly requires: readonly Requirement[];
  /** For example `setuptools.build_meta`. */
  readonly buildBackend: string;
  /** Folders of the sdist that hold the backend itself (in-tree backends). */
  readonly backendPath: readonly string[];
  /** The file states neither requirements nor backend: the default of PEP 517 and 518 stands here. */
  readonly isDefault: boolean;
}

/** The backend that runs a `setup.py` as it was run before PEP 517. */
const legacyBackend = 'setuptools.build_meta:__legacy__';

/** What a source tree without `[build-system]` is built with (pyproject.toml specification). */
export const defaultBuildSystem: BuildSystem = {
  requires: [parseRequirement('setuptools>=40.8.0')],
  buildBackend: legacyBackend,
  backendPath: [],
  isDefault: true,
};

const longestBackend = 300;
const backendPattern = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)?$/;

const parseBackend = (text: string): string => {
  if (text.length <= longestBackend && backendPattern.test(text)) return text;
  throw new PackagingError(
    'PYPROJECT_INVALID',
    `${quoteForError(text)} names no object; expected "package.module" or "package.module:object".`,
  );
};

/** PEP 517: folders of a backend are relative and stay inside the source tree. */
const parseBackendPath = (text: string): string => {
  const isInside =
    text !== '' &&
    !/^(?:[/\\]|[A-Za-z]:)/.test(text) &&
    !text.includes('\0') &&
    !text.split(/[/\\]/).includes('..');
  if (isInside) return text;
  throw new PackagingError(
    'PYPROJECT_INVALID',
    `${quoteForError(text)} is outside the source tree; name a folder in it.`,
  );
};

/**
 * Reads `[build-system]` of a parsed pyproject.toml; without one, the default. A backend without its requirements is
 * an error, since nothing could load it. Throws `PYPROJECT_INVALID`.
 */
export const parseBuildSystem = (document: unknown): BuildSystem => {
  const report = new ProblemReport('PYPROJECT_INVALID', 'pyproject.toml');
  const table = TableReader.ofDocument(document, report).table('build-system');
  const requires = table?.parsedList('requires', parseRequirement);
  const buildBackend = table?.parsed('build-backend', parseBackend);
  const backendPath = table?.parsedList('backend-path', parseBackendPath);
  if (table?.has('requires') === false && table.has('build-backend')) table.requireKey('requires', undefined);
  if (backendPath !== undefined && table?.has('build-backend') === false) {
    table.addProblem('backend-path', 'needs a build-backend');
  }
  report.throwIfAny();
  if (requires === undefined) return defaultBuildSystem;
  return {
    requires,
    buildBackend: buildBackend ?? legacyBackend,
    backendPath: backendPath ?? [],
    isDefault: false,
  };
};
