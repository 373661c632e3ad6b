import { createHash } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** When a derived image was last used: podman does not tell. An empty file for each, its time is the answer. */
export class ImageUses {
  constructor(private readonly directory: string) {}

  async note(image: string): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await writeFile(this.#pathOf(image), '');
  }

  /** Milliseconds since the epoch; null when it was never used here. */
  async find(image: string): Promise<number | null> {
    return stat(this.#pathOf(image)).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
  }

  async forget(image: string): Promise<void> {
    await rm(this.#pathOf(image), { force: true });
  }

  #pathOf(image: string): string {
    return join(this.directory, createHash('sha256').update(image).digest('hex'));
  }
}
