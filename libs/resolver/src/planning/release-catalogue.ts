import { type PackageOverride } from '@ironwheel/contracts';
import {
  findSdistFileName,
  findVersion,
  findWheelFileName,
  toVersionKey,
  type TargetEnvironment,
  type Version,
} from '@ironwheel/packaging';
import { type PackageFiles } from '../index-client/package-files.ts';
import {
  type IndexFile,
  type PackageIndex,
  type ProjectListing,
  type ProjectNotFound,
} from '../index-client/project-listing.ts';
import { type LockedPackage } from '../inputs/locked-package.ts';
import { type Missing } from '../solving/solver-types.ts';
import { readDirectRelease } from './direct-release.ts';
import { type DirectSource } from './direct-source.ts';
import { gatherListed, GatheredRelease } from './gathered-release.ts';
import { listReleasesOf } from './listed-releases.ts';
import { readLockedRelease } from './locked-release.ts';
import { listFittingWheels } from './rank-wheels.ts';
import {
  toIndexReleaseFile,
  toInputReleaseFile,
  toOwnReleaseFile,
  type Release,
  type ReleaseFile,
  type SourceFile,
} from './release.ts';
import { type OwnWheelSource } from './plan-request.ts';

export interface CatalogueSources {
  readonly target: TargetEnvironment;
  readonly index: (PackageIndex & PackageFiles) | null;
  readonly own: OwnWheelSource | null;
  readonly sourceFiles: readonly SourceFile[];
  readonly locked: readonly LockedPackage[];
  readonly direct: ReadonlyMap<string, DirectSource>;
  readonly packages: ReadonlyMap<string, PackageOverride>;
  /** Versions that the user's lines fix, by name. */
  readonly pins: ReadonlyMap<string, Version>;
  /** Whether what is at hand of a pinned version needs no question to an index. */
  readonly isEnough: (release: Release) => boolean;
  readonly excludeNewer: string | null;
  readonly signal: AbortSignal | undefined;
}

type NamedFile = readonly [version: Version, file: ReleaseFile, isWheel: boolean];

const readName = (file: ReleaseFile, name: string): NamedFile[] => {
  const { filename } = file.source;
  const wheel = findWheelFileName(filename);
  const parsed = wheel ?? findSdistFileName(filename, name);
  return parsed?.normalizedName === name ? [[parsed.version, file, wheel !== undefined]] : [];
};

const gather = (
  name: string,
  listing: ProjectListing | ProjectNotFound | null,
  atHand: ReadonlyMap<string, GatheredRelease>,
): readonly Release[] => {
  if (listing?.found !== true) return [...atHand.values()];
  if (atHand.size === 0) return gatherListed(name, listing.files);
  const releases = new Map<string, Release>(atHand);
  for (const [key, listed] of listReleasesOf(name, listing.files)) {
    releases.set(key, new GatheredRelease(name, listed.version, atHand.get(key), listed));
  }
  return [...releases.values()];
};

/** Knows every file of every project that a plan comes across, from wherever. Each project is asked for once. */
export class ReleaseCatalogue {
  /** For people: where a lock could not be followed. */
  readonly notes = new Set<string>();
  readonly #sources: CatalogueSources;
  readonly #inputs: ReadonlyMap<string, readonly SourceFile[]>;
  readonly #locked: ReadonlyMap<string, readonly LockedPackage[]>;
  readonly #releases = new Map<string, Promise<readonly Release[]>>();
  readonly #buildReleases = new Map<string, Promise<readonly Release[]>>();
  readonly #listings = new Map<string, Promise<ProjectListing | ProjectNotFound | null>>();
  readonly #absences = new Map<string, Missing>();

  constructor(sources: CatalogueSources) {
    this.#sources = sources;
    this.#inputs = Map.groupBy(
      sources.sourceFiles,
      ({ filename }) => (findWheelFileName(filename) ?? findSdistFileName(filename))?.normalizedName ?? '',
    );
    this.#locked = Map.groupBy(sources.locked, ({ normalizedName }) => normalizedName);
  }

  list(name: string): Promise<readonly Release[]> {
    const known = this.#releases.get(name);
    if (known !== undefined) return known;
    const releases = this.#gather(name);
    this.#releases.set(name, releases);
    return releases;
  }

  /**
   * For an isolated build (PEP 517): what a lock, a pin or a direct reference fixes is fixed for the installation only,
   * so the other versions of the index are there as well.
   */
  listForBuild(name: string): Promise<readonly Release[]> {
    const known = this.#buildReleases.get(name);
    if (known !== undefined) return known;
    const { direct, pins } = this.#sources;
    const isFixed = this.#locked.has(name) || direct.has(name) || pins.has(name);
    const releases = isFixed ? this.#addListed(name) : this.list(name);
    this.#buildReleases.set(name, releases);
    return releases;
  }

  /** Why a project without any release, or unknown to every index, has none that serves. */
  findAbsence(name: string): Missing | undefined {
    return this.#absences.get(name);
  }

  /** What the index lists of one version, also where the plan itself needed no look at it. */
  async listIndexFiles(name: string, version: Version): Promise<readonly IndexFile[]> {
    const listing = await this.#findListing(name);
    if (listing?.found !== true) return [];
    const listed = listReleasesOf(name, listing.files).get(toVersionKey(version));
    return listed === undefined ? [] : [...listed.wheels, ...listed.sdists];
  }

  async #addListed(name: string): Promise<readonly Release[]> {
    const releases = new Map(
      (await this.list(name)).map((release) => [toVersionKey(release.version), release]),
    );
    const listing = await this.#findListing(name);
    if (listing?.found === true) {
      for (const [key, listed] of listReleasesOf(name, listing.files)) {
        if (!releases.has(key)) {
          releases.set(key, new GatheredRelease(name, listed.version, undefined, listed));
        }
      }
    }
    return [...releases.values()];
  }

  async #gather(name: string): Promise<readonly Release[]> {
    const direct = this.#sources.direct.get(name);
    if (direct !== undefined) return this.#gatherDirect(name, direct);
    const [locked] = this.#locked.get(name) ?? [];
    const pin = this.#sources.pins.get(name);
    // The index need not wait until it is known what is at hand, unless that may be enough.
    if (locked === undefined && pin === undefined) this.#findListing(name).catch(() => undefined);
    const atHand = await this.#gatherAtHand(name);
    if (locked !== undefined) return this.#gatherLocked(locked, atHand);
    const pinned = pin && atHand.get(toVersionKey(pin));
    if (pinned !== undefined && this.#sources.isEnough(pinned)) return [pinned];
    const listing = await this.#findListing(name);
    const releases = gather(name, listing, atHand);
    const wanted = this.#onlyStated(name, releases);
    if (wanted.length === 0 || listing?.found !== true) {
      this.#absences.set(
        name,
        this.#explainAbsence(listing, wanted.length === 0 ? releases.length : 0, name),
      );
    }
    return wanted;
  }

  async #gatherDirect(name: string, direct: DirectSource): Promise<readonly Release[]> {
    const { index, packages, signal } = this.#sources;
    const stated = packages.get(name)?.version;
    const version = stated === undefined ? null : (findVersion(stated) ?? null);
    const release = await readDirectRelease({ name, direct, version, files: index, signal });
    if ('version' in release && release.refusal === null) return [release];
    // Where the source itself cannot be had, its user may have handed in what came of it.
    const atHand = await this.#gatherAtHand(name);
    const [held, ...others] =
      'version' in release ? [atHand.get(toVersionKey(release.version))] : atHand.values();
    if (held !== undefined && others.length === 0) return [held];
    if ('version' in release) return [release];
    this.#absences.set(name, release);
    return [];
  }

  async #gatherLocked(
    locked: LockedPackage,
    atHand: ReadonlyMap<string, GatheredRelease>,
  ): Promise<readonly Release[]> {
    const { index, packages, signal, target } = this.#sources;
    const name = locked.normalizedName;
    const stated = packages.get(name)?.version;
    const version = locked.version ?? (stated === undefined ? null : (findVersion(stated) ?? null));
    const release = await readLockedRelease({ locked, version, files: index, signal });
    if (!('version' in release)) {
      this.#absences.set(name, release);
      return [];
    }
    const held = atHand.get(toVersionKey(release.version));
    const merged: Release = {
      ...release,
      refusal: held === undefined ? release.refusal : null,
      wheels: [...(held?.wheels ?? []), ...release.wheels],
      sdists: [...(held?.sdists ?? []), ...release.sdists],
    };
    const isServed = merged.sdists.length > 0 || listFittingWheels(merged.wheels, target).length > 0;
    if (isServed || locked.source.kind !== 'index') return [merged];
    // A lock made for one platform may name no file for another; the index still has the version.
    const listed = await this.listIndexFiles(name, release.version);
    if (listed.length === 0) return [merged];
    this.notes.add(
      `${locked.label}: the lock names no file of it that serves the target; those of the package index are looked at, which the lock does not vouch for.`,
    );
    const found = listed.map((file) => toIndexReleaseFile(file));
    const isWheel = ({ filename }: ReleaseFile): boolean => filename.endsWith('.whl');
    return [
      {
        ...merged,
        wheels: [...merged.wheels, ...found.filter(isWheel)],
        sdists: found.filter((file) => !isWheel(file)),
      },
    ];
  }

  async #gatherAtHand(name: string): Promise<Map<string, GatheredRelease>> {
    const own = (await this.#sources.own?.list(name)) ?? [];
    const files = [...own.map(toOwnReleaseFile), ...(this.#inputs.get(name) ?? []).map(toInputReleaseFile)];
    const named = files.flatMap((file) => readName(file, name));
    const byVersion = Map.groupBy(named, ([version]) => toVersionKey(version));
    return new Map(
      [...byVersion].map(([key, group]) => {
        const held = {
          wheels: group.filter(([, , isWheel]) => isWheel).map(([, file]) => file),
          sdists: group.filter(([, , isWheel]) => !isWheel).map(([, file]) => file),
        };
        const version = group[0]?.[0] as Version;
        return [key, new GatheredRelease(name, version, held, undefined)];
      }),
    );
  }

  /** `version` of a package override without a source of its own is the only one to take. */
  #onlyStated(name: string, releases: readonly Release[]): readonly Release[] {
    const stated = this.#sources.packages.get(name)?.version;
    const version = stated === undefined ? undefined : findVersion(stated);
    if (version === undefined) return releases;
    return releases.filter((release) => toVersionKey(release.version) === toVersionKey(version));
  }

  #findListing(name: string): Promise<ProjectListing | ProjectNotFound | null> {
    const known = this.#listings.get(name);
    if (known !== undefined) return known;
    const listing = this.#ask(name);
    this.#listings.set(name, listing);
    return listing;
  }

  async #ask(name: string): Promise<ProjectListing | ProjectNotFound | null> {
    const { index, signal } = this.#sources;
    return index === null ? null : index.findProject(name, signal);
  }

  #explainAbsence(listing: ProjectListing | ProjectNotFound | null, count: number, name: string): Missing {
    const { excludeNewer, packages } = this.#sources;
    if (count > 0) {
      const text = `Version ${packages.get(name)?.version ?? ''} is stated for it, and nobody has that one.`;
      return { code: 'no_matching_version', text };
    }
    if (listing?.found === true) {
      const text =
        excludeNewer === null
          ? 'The package index lists no file of it that can be read.'
          : `The package index lists no file of it from before ${excludeNewer}.`;
      return { code: excludeNewer === null ? 'no_matching_version' : 'not_uploaded', text };
    }
    const where = listing === null ? 'No package index is set' : 'No package index has it';
    return { code: 'not_found', text: `${where}, and no file of it that serves the target is at hand.` };
  }
}
