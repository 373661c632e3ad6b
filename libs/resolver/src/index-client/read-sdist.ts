import {
  compareVersions,
  defaultBuildSystem,
  isStaticField,
  PackagingError,
  parseBuildSystem,
  parseMetadata,
  parseProjectTable,
  parseRequirement,
  type CoreMetadata,
  type ProjectTable,
  type Requirement,
  type SdistFileName,
} from '@ironwheel/packaging';
import { parse as parseToml, TomlError } from 'smol-toml';
import { type SdistExtract } from '../archives/sdist-archive.ts';
import { PackageFileError } from './package-file-error.ts';
import { type FileMetadata, type SdistFacts } from './package-files.ts';
import { findDisagreement } from './read-metadata.ts';

const largestPyproject = 1024 * 1024;
const deepestToml = 100;

const parsePyproject = (bytes: Uint8Array, place: string): unknown => {
  const broken = (why: string, cause?: unknown): PackageFileError =>
    new PackageFileError('PACKAGE_FILE_BROKEN', place, `pyproject.toml ${why}`, { cause });
  if (bytes.length > largestPyproject) throw broken(`is larger than ${largestPyproject} bytes.`);
  try {
    return parseToml(new TextDecoder('utf-8', { fatal: true }).decode(bytes), { maxDepth: deepestToml });
  } catch (cause) {
    if (cause instanceof TomlError)
      throw broken(`line ${cause.line}: ${cause.message.split('\n', 1)[0] ?? ''}`, cause);
    if (cause instanceof TypeError) throw broken('is not UTF-8.', cause);
    throw cause;
  }
};

const unlessInvalid = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof PackagingError) return null;
    throw error;
  }
};

/** What the files of an sdist say. Throws `PackageFileError` for a pyproject.toml that nothing can be built with. */
export const toSdistFacts = ({ pkgInfo, pyproject }: SdistExtract, place: string): SdistFacts => {
  const metadata = pkgInfo === null ? null : unlessInvalid(() => parseMetadata(pkgInfo));
  if (pyproject === null) return { metadata, buildSystem: defaultBuildSystem, project: null };
  const document = parsePyproject(pyproject, place);
  try {
    // A table that does not follow PEP 621 states nothing that counts; its backend may still read it.
    const project = unlessInvalid(() => parseProjectTable(document));
    return { metadata, buildSystem: parseBuildSystem(document), project };
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new PackageFileError('PACKAGE_FILE_BROKEN', place, cause.message, { cause });
  }
};

/** `requirement`, wanted only with `extra`: as Requires-Dist has it (core metadata, Provides-Extra). */
const toExtraRequirement = (requirement: Requirement, extra: string): Requirement => {
  // In a URL, a ";" begins a marker only behind white space.
  const semicolon =
    requirement.url === undefined ? requirement.text.indexOf(';') : requirement.text.search(/\s;/);
  const own =
    requirement.marker === undefined ? '' : requirement.text.slice(semicolon).replace(/^\s*;/, '').trim();
  const head = requirement.marker === undefined ? requirement.text : requirement.text.slice(0, semicolon);
  return parseRequirement(`${head.trim()} ; ${own === '' ? '' : `(${own}) and `}extra == "${extra}"`);
};

const neededFields = ['Requires-Dist', 'Provides-Extra', 'Requires-Python'] as const;
const projectFields = ['dependencies', 'optional-dependencies', 'requires-python'] as const;

const isOfRelease = (project: ProjectTable, sdist: SdistFileName): boolean =>
  project.normalizedName === sdist.normalizedName &&
  (project.version === null || compareVersions(project.version, sdist.version) === 0);

/** PEP 621: what `[project]` states and does not list as dynamic is what every build must give. */
const findProjectMetadata = (
  project: ProjectTable | null,
  sdist: SdistFileName,
): CoreMetadata | undefined => {
  if (project === null || !isOfRelease(project, sdist)) return undefined;
  const { dependencies, optionalDependencies, requiresPython, dynamic } = project;
  if (dependencies === null || optionalDependencies === null || dynamic.includes('requires-python'))
    return undefined;
  const extras = Object.entries(optionalDependencies).flatMap(([extra, requirements]) =>
    requirements.map((requirement) => toExtraRequirement(requirement, extra)),
  );
  return {
    metadataVersion: '2.2',
    name: sdist.normalizedName,
    normalizedName: sdist.normalizedName,
    version: sdist.version,
    requiresDist: [...dependencies, ...extras],
    requiresPython,
    providesExtra: Object.keys(optionalDependencies),
    dynamic: [],
  };
};

const explainHost = ({ metadata, project }: SdistFacts, sdist: SdistFileName): string => {
  const reasons: string[] = [];
  if (metadata === null) reasons.push('it has no PKG-INFO that can be read');
  else {
    const disagreement = findDisagreement(metadata, sdist);
    const open = neededFields.filter((field) => !isStaticField(metadata, field));
    if (disagreement !== undefined) reasons.push(disagreement.replace(/\.$/, ''));
    else if (metadata.dynamic.length === 0) {
      reasons.push(
        `its PKG-INFO of version ${metadata.metadataVersion} promises nothing (PEP 643 begins with 2.2)`,
      );
    } else reasons.push(`its PKG-INFO leaves ${open.join(', ')} to the build`);
  }
  if (project === null) reasons.push('its pyproject.toml has no [project] that counts');
  else if (isOfRelease(project, sdist)) {
    const open = projectFields.filter((field) => project.dynamic.includes(field));
    reasons.push(`its pyproject.toml has ${open.join(', ')} as dynamic`);
  } else reasons.push('its pyproject.toml is of another release');
  return `Only a build of ${sdist.filename} can tell what it depends on: ${reasons.join(', and ')}. State its dependencies, extras and Requires-Python by hand, or plan with a wheel of it.`;
};

/** What is certain of every wheel built from the sdist (PEP 643, PEP 621), or why nothing is. */
export const toSdistMetadata = (facts: SdistFacts, sdist: SdistFileName): FileMetadata => {
  const { metadata } = facts;
  const isCertain =
    metadata !== null &&
    findDisagreement(metadata, sdist) === undefined &&
    neededFields.every((field) => isStaticField(metadata, field));
  if (isCertain) return { kind: 'known', metadata, place: 'sdist' };
  const fromProject = findProjectMetadata(facts.project, sdist);
  if (fromProject !== undefined) return { kind: 'known', metadata: fromProject, place: 'sdist' };
  return { kind: 'needs_host', text: explainHost(facts, sdist) };
};

/** The two files as the bytes of a cache. */
export const encodeExtract = ({ pkgInfo, pyproject }: SdistExtract): Uint8Array => {
  const toText = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString('base64');
  return Buffer.from(JSON.stringify({ pkgInfo: toText(pkgInfo), pyproject: toText(pyproject) }));
};

/** Undefined for bytes that are none of ours. */
export const decodeExtract = (bytes: Uint8Array): SdistExtract | undefined => {
  try {
    const kept: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (typeof kept !== 'object' || kept === null) return undefined;
    const toBytes = (key: string): Uint8Array | null => {
      const text: unknown = Reflect.get(kept, key);
      return typeof text === 'string' ? Buffer.from(text, 'base64') : null;
    };
    return { pkgInfo: toBytes('pkgInfo'), pyproject: toBytes('pyproject') };
  } catch {
    return undefined;
  }
};
