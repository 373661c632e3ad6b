// Builds the pages of the Engine Room: apps/engine-room → dist/engine-room, with a compressed form beside each file.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const worthPacking = /\.(?:js|css|svg|json)$/;
const leastBytes = 1024;

async function pack(path) {
  const bytes = readFileSync(path);
  if (bytes.length < leastBytes) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, quality));
}

/** Needs the dependencies. The folder is emptied first. */
export async function bundleEngineRoom(root) {
  const { build } = await import('vite');
  const configFile = pathToFileURL(join(root, 'apps/engine-room/vite.config.mjs'));
  const { default: config } = await import(configFile.href);
  await build(config);
  const files = readdirSync(join(root, 'dist/engine-room'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && worthPacking.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(files.map(pack));
}
