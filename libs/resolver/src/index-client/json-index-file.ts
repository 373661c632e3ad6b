import {
  findDigest,
  findFileUrl,
  findNote,
  isDigest,
  isPlainFileName,
  toYanked,
  type IndexFile,
} from './project-listing.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const areDigests = (value: JsonObject): value is Readonly<Record<string, string>> => {
  for (const name of Object.keys(value)) {
    const digest = value[name];
    if (typeof digest !== 'string' || !isDigest(name, digest)) return false;
  }
  return true;
};

const readHashes = (value: unknown): Readonly<Record<string, string>> => {
  if (!isObject(value)) return {};
  // Nearly all are written as they should be.
  if (areDigests(value)) return value;
  const hashes: Record<string, string> = {};
  for (const [name, digest] of Object.entries(value)) {
    const found = typeof digest === 'string' ? findDigest(name, digest) : undefined;
    if (found !== undefined) hashes[found[0]] = found[1];
  }
  return hashes;
};

/**
 * A file of a page in JSON (PEP 691). A page lists up to tens of thousands and a plan looks at a few of them, so what
 * an entry says beside its name and its address is read when somebody asks. The entry itself is let go: with what
 * nobody asks for it takes twice as much.
 */
class JsonIndexFile implements IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly #hashes: unknown;
  readonly #requiresPython: unknown;
  readonly #yanked: unknown;
  readonly #size: unknown;
  readonly #uploadTime: unknown;
  readonly #metadata: unknown;

  constructor(filename: string, url: string, entry: JsonObject) {
    this.filename = filename;
    this.url = url;
    this.#hashes = entry['hashes'];
    this.#requiresPython = entry['requires-python'];
    this.#yanked = entry['yanked'];
    this.#size = entry['size'];
    this.#uploadTime = entry['upload-time'];
    // PEP 714 renamed the key; the new name wins.
    this.#metadata = entry['core-metadata'] ?? entry['dist-info-metadata'];
  }

  get hashes(): IndexFile['hashes'] {
    return readHashes(this.#hashes);
  }

  get requiresPython(): string | null {
    return findNote(this.#requiresPython);
  }

  get yanked(): IndexFile['yanked'] {
    return toYanked(this.#yanked);
  }

  get size(): number | null {
    const size = this.#size;
    return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
  }

  get uploadTime(): string | null {
    return findNote(this.#uploadTime);
  }

  get metadata(): IndexFile['metadata'] {
    if (this.#metadata === true) return { sha256: null };
    return isObject(this.#metadata) ? { sha256: readHashes(this.#metadata)['sha256'] ?? null } : null;
  }
}

/** Undefined for an entry without a plain file name and an address that can be fetched. */
export const findJsonFile = (entry: unknown, pageUrl: string): IndexFile | undefined => {
  if (!isObject(entry)) return undefined;
  const { filename, url } = entry;
  if (typeof filename !== 'string' || typeof url !== 'string' || !isPlainFileName(filename)) return undefined;
  const found = findFileUrl(url, pageUrl);
  return found === undefined ? undefined : new JsonIndexFile(filename, found.url, entry);
};
