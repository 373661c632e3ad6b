// The least that any program has to do: fetches every page and file that a plan asked for, all known beforehand and so
// none waiting for another, and parses the pages' JSON.   node raw-fetch.ts ORIGIN < PATHS-AS-JSON
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

const connections = 16;
const [, , origin = ''] = process.argv;
const paths = JSON.parse(readFileSync(0, 'utf8')) as string[];
const dispatcher = new Agent({ connections });
const startedAt = performance.now();
let next = 0;
let bytes = 0;
const work = async (): Promise<void> => {
  for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
    const { body } = await request(`${origin}${path}`, { dispatcher });
    const text = await body.text();
    bytes += text.length;
    if (path.startsWith('/simple/') && text !== '') JSON.parse(text);
  }
};
await Promise.all(Array.from({ length: connections }, work));
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage();
await dispatcher.close();
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1000, count: paths.length, bytes }));
