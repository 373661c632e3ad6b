import { rm } from 'node:fs/promises';
import { v7 as createUuid } from 'uuid';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic } from '../state/state-files.ts';

const claimKeySchema = z.object({ claim_key: z.string() });

/**
 * The key of the claim request that is under way. It is on disk before the request leaves and stays the same until its
 * answer was taken: a lost answer, or a crash in between, gives the same claims again.
 */
export class ClaimKey {
  #current: string | null = null;

  constructor(readonly path: string) {}

  /** Takes up the key of an earlier life. */
  async load(): Promise<void> {
    const known = await readJsonFile(this.path, claimKeySchema).catch(() => null);
    this.#current = known?.claim_key ?? null;
  }

  /** True when a request was sent whose answer was not taken. */
  get isOpen(): boolean {
    return this.#current !== null;
  }

  async take(): Promise<string> {
    if (this.#current === null) {
      const claim_key = `clm_${createUuid()}`;
      await writeFileAtomic(this.path, JSON.stringify({ claim_key }));
      this.#current = claim_key;
    }
    return this.#current;
  }

  /** The answer was taken and every claim in it is on disk. */
  async done(): Promise<void> {
    this.#current = null;
    await rm(this.path, { force: true });
  }
}
