import { type PackageOverride, type PlanNode } from '@ironwheel/contracts';
import {
  findSdistFileName,
  matchesSpecifier,
  normalizeName,
  PackagingError,
  parseRequirement,
  parseSpecifierSet,
  type CoreMetadata,
  type Requirement,
  type SpecifierSet,
  type TargetEnvironment,
} from '@ironwheel/packaging';
import { IndexUnreachableError } from '../index-client/index-error.ts';
import { readKeptMetadata, readKeptSdist } from '../index-client/kept-package-files.ts';
import { isBrokenFile } from '../index-client/package-file-error.ts';
import { type FileMetadata, type KeptFiles, type PackageFiles } from '../index-client/package-files.ts';
import { toSdistMetadata } from '../index-client/read-sdist.ts';
import { type LockedPackage } from '../inputs/locked-package.ts';
import { type Missing, type ReleaseNeeds } from '../solving/solver-types.ts';
import { PlanUnresolvableError } from './plan-error.ts';
import { type PlanRelease } from './judge-release.ts';
import { listEvidence } from './metadata-evidence.ts';
import { type ReleaseCatalogue } from './release-catalogue.ts';
import { findUnreadable, type ReleaseFile } from './release.ts';

type NodeMetadata = NonNullable<PlanNode['metadata']>;

/** What a release needs, and where that was read. */
export interface KnownNeeds extends ReleaseNeeds {
  readonly metadata: NodeMetadata;
}

export interface NeedsSources {
  readonly target: TargetEnvironment;
  readonly files: PackageFiles | null;
  readonly kept: KeptFiles | null;
  readonly packages: ReadonlyMap<string, PackageOverride>;
  readonly catalogue: ReleaseCatalogue;
  readonly signal: AbortSignal | undefined;
}

const nothing = { requirements: [], providesExtra: [], refusal: null, isUnknown: false } as const;

/** Of one project. An index that lists a hundred thousand files and has none of them is not asked for each. */
const mostUseless = 100;

type FileAnswer =
  | FileMetadata
  /** `isUseless`: nobody could build from it or install it either. */
  | { readonly kind: 'unreadable'; readonly text: string; readonly isUseless: boolean };

const isUseless = (error: unknown): boolean =>
  isBrokenFile(error) || (error instanceof IndexUnreachableError && error.problem === 'absent');

/** Of what an index serves badly or not at all, another file of the release may tell as well. */
const isPassable = (error: unknown): error is Error =>
  isUseless(error) || (error instanceof IndexUnreachableError && error.problem === 'no_ranges');

/** The user named this very file: no other one of an index stands in for it. */
const isGiven = ({ origin }: ReleaseFile): boolean => origin === 'url' || origin === 'input';

/** Reads what releases need: stated by hand, by a lock, by the chosen file, or by another file of the release. */
export class NeedsReader {
  readonly #sources: NeedsSources;
  readonly #needs = new Map<string, Promise<KnownNeeds>>();
  readonly #asked = new Map<string, Promise<KnownNeeds>[]>();
  /** Releases whose file is gone or broken, by project. */
  readonly #useless = new Map<string, number>();

  constructor(sources: NeedsSources) {
    this.#sources = sources;
  }

  /** Of a project: the releases that were looked at and cannot be used, because a file of theirs cannot be read. */
  async listUnreadable(name: string): Promise<readonly string[]> {
    const texts: string[] = [];
    for (const asked of this.#asked.get(name) ?? []) {
      // A question that failed ends the plan where its answer is needed.
      const known = await asked.catch(() => undefined);
      if (known?.metadata.place === 'none' && known.refusal !== null) texts.push(known.refusal.text);
    }
    return texts;
  }

  /** What was read before; undefined when nobody asked. */
  find(planned: PlanRelease): Promise<KnownNeeds> | undefined {
    return this.#needs.get(toKey(planned));
  }

  /** Whether its user, or a lock, says what it needs: no file has to be read for that. */
  isStated({ release }: PlanRelease): boolean {
    return this.#sources.packages.get(release.name)?.metadata !== undefined || release.locked !== null;
  }

  read(planned: PlanRelease): Promise<KnownNeeds> {
    const key = toKey(planned);
    const known = this.#needs.get(key);
    if (known !== undefined) return known;
    const needs = this.#read(planned);
    this.#needs.set(key, needs);
    const { name } = planned.release;
    this.#asked.set(name, [...(this.#asked.get(name) ?? []), needs]);
    return needs;
  }

  async #read(planned: PlanRelease): Promise<KnownNeeds> {
    const { release } = planned;
    const stated = this.#sources.packages.get(release.name)?.metadata;
    if (stated !== undefined) return this.#toStatedNeeds(planned, stated);
    if (release.locked !== null) return toLockedNeeds(release.locked);
    const chosen = planned.choice?.file;
    if (chosen !== undefined && isWheelFile(chosen)) {
      const answer = await this.#readFile(chosen);
      if (answer.kind === 'known') return this.#toNeeds(planned, answer, chosen, undefined);
      if (answer.kind === 'unreadable') return this.#refuseFile(release, answer.text);
    } else if (chosen !== undefined && isGiven(chosen)) {
      const answer = await this.#readFile(chosen);
      if (answer.kind === 'unreadable' && answer.isUseless) return this.#refuseFile(release, answer.text);
    }
    return this.#readEvidence(planned, chosen);
  }

  async #readEvidence(planned: PlanRelease, chosen: ReleaseFile | undefined): Promise<KnownNeeds> {
    const { release } = planned;
    const { target, catalogue } = this.#sources;
    const why: string[] = [];
    const asked = new Set<string>();
    // The index is asked about what was handed in only where that does not tell, and never about a direct URL.
    const isDirect = [...release.wheels, ...release.sdists].some(({ origin }) => origin === 'url');
    for (const isAtHand of isDirect ? [true] : [true, false]) {
      const listed = isAtHand ? [] : await catalogue.listIndexFiles(release.name, release.version);
      for (const file of listEvidence(release, listed, chosen, target)) {
        const { filename } = file.source;
        if (asked.has(filename)) continue;
        asked.add(filename);
        const answer = await this.#readFile(file);
        if (answer.kind === 'known') return this.#toNeeds(planned, answer, file, noteOther(file, chosen));
        if (file === chosen || answer.kind === 'needs_host') why.push(answer.text);
      }
    }
    const text =
      why[0] ?? `${release.name} ${release.version.text} has no file that tells what it depends on.`;
    return { ...nothing, isUnknown: true, metadata: { place: 'needs_host', text: text.slice(0, 1000) } };
  }

  async #readFile(file: ReleaseFile): Promise<FileAnswer> {
    const { files, kept, signal } = this.#sources;
    const { filename, sha256 } = file.source;
    try {
      if (file.indexFile !== null) {
        if (files === null) {
          return { kind: 'unreadable', text: `${filename} is not at hand.`, isUseless: false };
        }
        return await files.readMetadata(file.indexFile, signal);
      }
      const unreadable = findUnreadable(file);
      if (unreadable !== null) return { kind: 'needs_host', text: unreadable };
      if (kept === null || sha256 === null)
        return { kind: 'needs_host', text: `${filename} was not opened.` };
      if (isWheelFile(file)) {
        return { kind: 'known', metadata: await readKeptMetadata(kept, filename, sha256), place: 'wheel' };
      }
      const sdist = findSdistFileName(filename);
      if (sdist === undefined) {
        return { kind: 'unreadable', text: `${filename} is not the name of an sdist.`, isUseless: false };
      }
      return toSdistMetadata(await readKeptSdist(kept, filename, sha256), sdist);
    } catch (error) {
      if (isPassable(error)) {
        return { kind: 'unreadable', text: error.message, isUseless: isUseless(error) };
      }
      throw error;
    }
  }

  #toNeeds(
    { release }: PlanRelease,
    { metadata, place }: Extract<FileMetadata, { kind: 'known' }>,
    file: ReleaseFile,
    text: string | undefined,
  ): KnownNeeds {
    return {
      requirements: metadata.requiresDist,
      providesExtra: metadata.providesExtra,
      refusal: this.#refuse(metadata.requiresPython, release.version.text),
      isUnknown: false,
      metadata: { place, filename: file.filename, ...(text === undefined ? {} : { text }) },
    };
  }

  #toStatedNeeds({ release }: PlanRelease, stated: NonNullable<PackageOverride['metadata']>): KnownNeeds {
    const specifiers =
      stated.requires_python === undefined ? null : parseSpecifierSet(stated.requires_python);
    return {
      requirements: stated.requires_dist.map(parseRequirement),
      providesExtra: (stated.provides_extra ?? []).map(normalizeName),
      refusal: this.#refuse(specifiers, release.version.text),
      isUnknown: false,
      metadata: { place: 'override' },
    };
  }

  #refuseFile({ name, version }: PlanRelease['release'], text: string): KnownNeeds {
    const count = (this.#useless.get(name) ?? 0) + 1;
    this.#useless.set(name, count);
    if (count > mostUseless) {
      const all = `${name}: ${mostUseless} releases were looked at in vain, and no more are. Bound its version, or mend the index. Of ${version.text}: ${text}`;
      throw new PlanUnresolvableError([{ code: 'limit', name, text: all }]);
    }
    return {
      ...nothing,
      refusal: { code: 'no_matching_version', text: `${version.text} cannot be used: ${text}` },
      metadata: { place: 'none', text },
    };
  }

  #refuse(requiresPython: CoreMetadata['requiresPython'], version: string): Missing | null {
    const { pythonFullVersion } = this.#sources.target;
    if (requiresPython === null || runsOn(requiresPython, pythonFullVersion)) return null;
    return {
      code: 'requires_python',
      text: `${version} is for Python ${requiresPython.text}, and the target has ${pythonFullVersion}.`,
    };
  }
}

const toKey = ({ release, choice }: PlanRelease): string => {
  const { origin = '', filename = '' } = choice?.file.source ?? {};
  return [release.name, release.version.text, origin, filename].join(' ');
};

const runsOn = (specifiers: SpecifierSet, python: string): boolean =>
  matchesSpecifier(python, specifiers, { prereleases: true });

const isWheelFile = ({ filename }: ReleaseFile): boolean => filename.endsWith('.whl');

/** Core metadata of one wheel normally hold for all of its release, and nothing says that they must. */
const noteOther = (file: ReleaseFile, chosen: ReleaseFile | undefined): string | undefined =>
  file === chosen || !isWheelFile(file)
    ? undefined
    : `Read from ${file.filename}, a wheel for another target; what a build gives may differ.`;

const toLockedNeeds = ({ needs, label }: LockedPackage): KnownNeeds => ({
  // Extras are among the locked packages already; the lock, not metadata, says what they bring.
  requirements: needs.map(({ name, version }) =>
    parseRequirement(version === null ? name : `${name}==${version}`),
  ),
  providesExtra: [],
  refusal: null,
  isUnknown: false,
  metadata: { place: 'lock', text: label },
});

/** Every requirement line that package overrides state by hand, with what is wrong with it. */
export const checkStatedRequirements = (
  packages: ReadonlyMap<string, PackageOverride>,
): { readonly name: string; readonly text: string }[] =>
  [...packages].flatMap(([name, { metadata, build_requires: buildRequires = [] }]) => {
    const problems: { name: string; text: string }[] = [];
    const check = (parse: () => unknown): void => {
      try {
        parse();
      } catch (error) {
        if (!(error instanceof PackagingError)) throw error;
        problems.push({ name, text: `packages: ${name}: ${error.message}` });
      }
    };
    const lines: readonly Requirement['text'][] = [...(metadata?.requires_dist ?? []), ...buildRequires];
    for (const line of lines) check(() => parseRequirement(line));
    const python = metadata?.requires_python;
    if (python !== undefined) check(() => parseSpecifierSet(python));
    return problems;
  });
