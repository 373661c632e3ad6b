import { LoadedConfig } from '@ironwheel/config';
import { Injectable } from '@nestjs/common';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineRoomSection } from './engine-room.section.ts';

/** `br` is smaller; both are made by the build. */
const packings = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const;

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

export interface BuiltFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly encoding: 'br' | 'gzip' | null;
  /** Its name holds a digest of what is in it. */
  readonly isHashed: boolean;
}

/**
 * What the build made of apps/engine-room. Only names that were there when first asked are ever opened, so that no path of
 * a caller reaches the disk.
 */
@Injectable()
export class BuiltPages {
  readonly directory: string;
  #names: ReadonlySet<string> | null = null;

  constructor(config: LoadedConfig) {
    this.directory = config.get(engineRoomSection).ENGINE_ROOM_DIR ?? findBesideController();
  }

  /** The page with places for the nonce; null when nothing was built. */
  async findPage(): Promise<string | null> {
    return this.#list().has('index.html') ? readFile(join(this.directory, 'index.html'), 'utf8') : null;
  }

  /** A file beside the page, in the smallest form that the caller takes; null for names that are not there. */
  async findFile(name: string, acceptEncoding: string): Promise<BuiltFile | null> {
    const names = this.#list();
    const type = types[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined || !names.has(name)) return null;
    const accepted = new Set(acceptEncoding.split(',').map((item) => item.split(';')[0]?.trim()));
    const packing = packings.find(
      ({ encoding, suffix }) => accepted.has(encoding) && names.has(name + suffix),
    );
    return {
      type,
      bytes: await readFile(join(this.directory, name + (packing?.suffix ?? ''))),
      encoding: packing?.encoding ?? null,
      isHashed: name.startsWith('assets/'),
    };
  }

  /** Looked for again as long as nothing was built. */
  #list(): ReadonlySet<string> {
    if (this.#names !== null) return this.#names;
    if (!existsSync(this.directory)) return new Set();
    const names = readdirSync(this.directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.directory, join(entry.parentPath, entry.name)));
    return (this.#names = new Set(names));
  }
}

/** `dist/engine-room`: seen from `dist/controller/main.mjs`, and from this source. */
function findBesideController(): string {
  const bundled = fileURLToPath(new URL('../engine-room', import.meta.url));
  const ofSource = fileURLToPath(new URL('../../../../../dist/engine-room', import.meta.url));
  return import.meta.url.endsWith('.ts') ? ofSource : bundled;
}
