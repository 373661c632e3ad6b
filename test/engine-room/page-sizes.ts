import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

/** Tests and benchmarks run in the root of the repository. */
const built = 'dist/engine-room';
const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), isEntry: z.boolean().optional(), imports: z.array(z.string()).default([]) }),
);

/** What a browser that has nothing yet loads to show a page, by the build's manifest: scripts, packed by gzip, in bytes. */
export function measurePages(): ReadonlyMap<string, number> {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')));
  const entries = Object.keys(manifest).filter((key) => manifest[key]?.isEntry === true);
  const closure = (key: string, found = new Set<string>()): Set<string> => {
    if (found.has(key)) return found;
    found.add(key);
    for (const other of manifest[key]?.imports ?? []) closure(other, found);
    return found;
  };
  const weigh = (page: string): number =>
    [page, ...entries]
      .reduce((found, key) => closure(key, found), new Set<string>())
      .keys()
      .toArray()
      .map((key) => manifest[key]?.file ?? '')
      .filter((file) => file.endsWith('.js'))
      .reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file)), { level: 9 }).length, 0);
  const pages = Object.keys(manifest).filter((key) => /^src\/pages\/.*-page\.tsx$/.test(key));
  return new Map(pages.map((page) => [page, weigh(page)]));
}
