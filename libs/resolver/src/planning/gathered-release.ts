import { type PlanSource } from '@ironwheel/contracts';
import { type Version } from '@ironwheel/packaging';
import { type LockedPackage } from '../inputs/locked-package.ts';
import { type Missing } from '../solving/solver-types.ts';
import { type IndexFile } from '../index-client/project-listing.ts';
import { listReleasesOf, type ListedRelease } from './listed-releases.ts';
import { toIndexReleaseFile, type Release, type ReleaseFile } from './release.ts';

interface HeldFiles {
  readonly wheels: readonly ReleaseFile[];
  readonly sdists: readonly ReleaseFile[];
}

const isYanked = ({ yanked }: { readonly yanked: false | string }): boolean => yanked !== false;

/** What is at hand of a version, and what the index lists of it. The files are written out when somebody looks. */
export class GatheredRelease implements Release {
  readonly name: string;
  readonly version: Version;
  readonly refusal: Missing | null = null;
  readonly shownSource: PlanSource | null = null;
  readonly locked: LockedPackage | null = null;
  readonly listed: ListedRelease | null;
  readonly #held: HeldFiles | undefined;
  readonly #listed: ListedRelease | undefined;
  #wheels: readonly ReleaseFile[] | undefined;
  #sdists: readonly ReleaseFile[] | undefined;

  constructor(
    name: string,
    version: Version,
    held: HeldFiles | undefined,
    listed: ListedRelease | undefined,
  ) {
    this.name = name;
    this.version = version;
    this.#held = held;
    this.#listed = listed;
    this.listed = held === undefined ? (listed ?? null) : null;
  }

  get wheels(): readonly ReleaseFile[] {
    this.#wheels ??= [
      ...(this.#held?.wheels ?? []),
      ...(this.#listed?.wheels ?? []).map((file) => toIndexReleaseFile(file)),
    ];
    return this.#wheels;
  }

  get sdists(): readonly ReleaseFile[] {
    this.#sdists ??= [
      ...(this.#held?.sdists ?? []),
      ...(this.#listed?.sdists ?? []).map((file) => toIndexReleaseFile(file)),
    ];
    return this.#sdists;
  }

  get isYanked(): boolean {
    const { wheels = [], sdists = [] } = this.#listed ?? {};
    const { wheels: heldWheels = [], sdists: heldSdists = [] } = this.#held ?? {};
    return [wheels, sdists, heldWheels, heldSdists].every((files) => files.every(isYanked));
  }
}

const gathered = new WeakMap<readonly IndexFile[], readonly Release[]>();

/** The releases of a project of which nothing is at hand: the same array as long as the listing is kept. */
export const gatherListed = (name: string, files: readonly IndexFile[]): readonly Release[] => {
  const known = gathered.get(files);
  if (known !== undefined) return known;
  const releases = [...listReleasesOf(name, files).values()].map(
    (listed) => new GatheredRelease(name, listed.version, undefined, listed),
  );
  gathered.set(files, releases);
  return releases;
};
