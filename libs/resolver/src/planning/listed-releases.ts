import {
  findSdistFileName,
  findVersion,
  normalizeName,
  sdistFormats,
  toVersionKey,
  type Version,
} from '@ironwheel/packaging';
import { type IndexFile } from '../index-client/project-listing.ts';

/** What an index lists of one version. */
export interface ListedRelease {
  readonly version: Version;
  readonly wheels: readonly IndexFile[];
  readonly sdists: readonly IndexFile[];
}

interface OpenRelease extends ListedRelease {
  readonly wheels: IndexFile[];
  readonly sdists: IndexFile[];
}

/** What a plan, and a job after it, can name. */
const longestVersion = 100;

/**
 * Sorts the files of one project by version. Of a wheel's name only the first two parts are looked at; its tags are
 * read when a plan weighs that version.
 */
class ListingSorter {
  readonly releases = new Map<string, OpenRelease>();
  readonly #name: string;
  readonly #byText = new Map<string, OpenRelease | null>();
  readonly #ownSpellings = new Map<string, boolean>();

  constructor(name: string) {
    this.#name = name;
  }

  add(file: IndexFile): void {
    const { filename } = file;
    if (filename.endsWith('.whl')) {
      const first = filename.indexOf('-');
      const second = filename.indexOf('-', first + 1);
      if (second === -1 || !this.#isOwn(filename.slice(0, first))) return;
      this.#find(filename.slice(first + 1, second))?.wheels.push(file);
      return;
    }
    // Asking costs an error for each of the installers and eggs of old.
    if (!sdistFormats.some((ending) => filename.endsWith(ending))) return;
    const sdist = findSdistFileName(filename, this.#name);
    if (sdist !== undefined) this.#find(sdist.version.text)?.sdists.push(file);
  }

  #isOwn(spelling: string): boolean {
    const known = this.#ownSpellings.get(spelling);
    if (known !== undefined) return known;
    const isOwn = normalizeName(spelling) === this.#name;
    this.#ownSpellings.set(spelling, isOwn);
    return isOwn;
  }

  #find(text: string): OpenRelease | null {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const version = findVersion(text);
    const isShort = version !== undefined && version.text.length <= longestVersion;
    const release = isShort ? this.#get(version) : null;
    this.#byText.set(text, release);
    return release;
  }

  #get(version: Version): OpenRelease {
    const key = toVersionKey(version);
    const known = this.releases.get(key);
    if (known !== undefined) return known;
    const release: OpenRelease = { version, wheels: [], sdists: [] };
    this.releases.set(key, release);
    return release;
  }
}

const sorted = new WeakMap<readonly IndexFile[], ReadonlyMap<string, ListedRelease>>();

/** The releases of a project by version key. Files of other projects are left out. Kept as long as the listing is. */
export const listReleasesOf = (
  normalizedName: string,
  files: readonly IndexFile[],
): ReadonlyMap<string, ListedRelease> => {
  const known = sorted.get(files);
  if (known !== undefined) return known;
  const sorter = new ListingSorter(normalizedName);
  for (const file of files) sorter.add(file);
  sorted.set(files, sorter.releases);
  return sorter.releases;
};
