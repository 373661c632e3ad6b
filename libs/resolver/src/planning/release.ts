import { type PlanSource } from '@ironwheel/contracts';
import {
  findSdistFileName,
  findWheelFileName,
  toVersionKey,
  type SdistFileName,
  type Version,
  type WheelFileName,
} from '@ironwheel/packaging';
import { type IndexFile } from '../index-client/project-listing.ts';

/** A wheel or sdist that is already in the artifact store because a user handed it in. */
export interface SourceFile {
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
}

/** A wheel that our own index serves for the target. */
export interface OwnArtifact {
  /** `input`: served as it was handed in, so its bytes are somebody else's (hashes, `no_binary`). Default `own`. */
  readonly origin?: 'own' | 'input';
  readonly filename: string;
  readonly sha256: string;
  readonly size?: number;
  readonly requires_python?: string | null;
  readonly yanked: boolean | string;
}

interface Candidate {
  readonly source: PlanSource;
  readonly requiresPython: string | null;
  /** False, or the reason (PEP 592). */
  readonly yanked: false | string;
  /** Lower-case digests by algorithm. */
  readonly hashes: Readonly<Record<string, string>>;
}
export interface WheelCandidate extends Candidate {
  readonly wheel: WheelFileName;
}
export interface SdistCandidate extends Candidate {
  readonly sdist: SdistFileName;
}

/** Every file of one version, from wherever. */
export interface Release {
  readonly version: Version;
  readonly wheels: WheelCandidate[];
  readonly sdists: SdistCandidate[];
}

/** What a plan, and a job after it, can name. */
const longestVersion = 100;

/** Gathers the files of one project by version; files of other projects are left out. */
export class ReleaseTable {
  readonly #name: string;
  readonly #releases = new Map<string, Release>();

  constructor(normalizedName: string) {
    this.#name = normalizedName;
  }

  get releases(): Release[] {
    return [...this.#releases.values()];
  }

  addOwn(artifact: OwnArtifact): void {
    const { origin = 'own', filename, sha256, size } = artifact;
    const yanked = artifact.yanked === true ? '' : artifact.yanked;
    this.#add(filename, {
      source: { origin, filename, sha256, ...(size === undefined ? {} : { size }) },
      requiresPython: artifact.requires_python ?? null,
      yanked,
      hashes: { sha256 },
    });
  }

  addInput({ filename, sha256, size }: SourceFile): void {
    const source = { origin: 'input' as const, filename, sha256, size };
    this.#add(filename, { source, requiresPython: null, yanked: false, hashes: { sha256 } });
  }

  addIndexFile(file: IndexFile): void {
    const { filename, url, size, hashes, requiresPython, yanked } = file;
    const sha256 = hashes['sha256'] ?? null;
    const source = { origin: 'index' as const, filename, url, sha256, ...(size === null ? {} : { size }) };
    this.#add(filename, { source, requiresPython, yanked, hashes });
  }

  #add(filename: string, candidate: Candidate): void {
    const wheel = findWheelFileName(filename);
    const sdist = wheel === undefined ? findSdistFileName(filename, this.#name) : undefined;
    const file = wheel ?? sdist;
    if (file?.normalizedName !== this.#name || file.version.text.length > longestVersion) return;
    const release = this.#get(file.version);
    if (wheel !== undefined) release.wheels.push({ ...candidate, wheel });
    if (sdist !== undefined) release.sdists.push({ ...candidate, sdist });
  }

  #get(version: Version): Release {
    const key = toVersionKey(version);
    const known = this.#releases.get(key);
    if (known !== undefined) return known;
    const release = { version, wheels: [], sdists: [] };
    this.#releases.set(key, release);
    return release;
  }
}
