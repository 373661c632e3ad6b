import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Projects with many small wheels: versions of few projects cost the index far less than many projects. */
const projects = [
  'attrs',
  'boto3',
  'certifi',
  'charset-normalizer',
  'click',
  'coverage',
  'filelock',
  'frozenlist',
  'fsspec',
  'google-auth',
  'hypothesis',
  'idna',
  'importlib-metadata',
  'jsonschema',
  'markupsafe',
  'multidict',
  'packaging',
  'platformdirs',
  'pytest',
  'requests',
  'rich',
  's3transfer',
  'tqdm',
  'typer',
  'types-requests',
  'typing-extensions',
  'tzdata',
  'urllib3',
  'yarl',
  'zipp',
];

const words =
  'from pip._internal.commands import create_command as c; print(c("download").parser.get_default_values().index_url)';
const filesUnderWay = 8;

/** The index that pip is set to; pip knows it, this repository does not. */
const findIndexUrl = async () => {
  const { stdout } = await run('python3', ['-c', words]);
  return stdout.trim().replace(/\/*$/, '/');
};

/** Name and address of every wheel that is pure, or for the Linux of many machines, newest last. */
const listWheels = async (indexUrl, project) => {
  const response = await fetch(new URL(`${project}/`, indexUrl), {
    headers: { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.1' },
  });
  if (!response.ok) throw new Error(`The package index answers ${response.status} for ${project}.`);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const links = isJson
    ? JSON.parse(text).files.map(({ url }) => url)
    : [...text.matchAll(/<a\s[^>]*href="([^"]+)"/gi)].map(([, href]) => href.replaceAll('&amp;', '&'));
  return links.flatMap((link) => {
    const url = new URL(link, response.url);
    const name = decodeURIComponent(url.pathname.split('/').at(-1));
    return /-(none-any|manylinux[^-]*x86_64)\.whl$/.test(name) ? [{ name, url: url.href }] : [];
  });
};

const countWheels = (folder) => readdirSync(folder).filter((name) => name.endsWith('.whl')).length;

/** Beside and renamed, so that a run that is stopped leaves no half wheel. */
const download = async (folder, { name, url }) => {
  const response = await fetch(url);
  if (!response.ok) return;
  const path = join(folder, name);
  writeFileSync(`${path}.part`, Buffer.from(await response.arrayBuffer()));
  renameSync(`${path}.part`, path);
};

/** One of each project after the other, the newest first. */
const takeInTurn = (lists) => {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.at(-1 - at) ?? [])).flat();
};

/**
 * Fills `folder` with at least `wanted` wheels as they are published, from the index that pip is configured for. What
 * is there already stays. Gives how many there are.
 */
export const fetchRealWheels = async (folder, wanted) => {
  mkdirSync(folder, { recursive: true });
  if (countWheels(folder) >= wanted) return countWheels(folder);
  const indexUrl = await findIndexUrl();
  const lists = await Promise.all(projects.map((project) => listWheels(indexUrl, project)));
  const had = new Set(readdirSync(folder));
  const missing = takeInTurn(lists).filter(({ name }) => !had.has(name));
  let open = wanted - countWheels(folder);
  const work = async () => {
    while (open > 0 && missing.length > 0) {
      open -= 1;
      await download(folder, missing.shift());
    }
  };
  // Some may not be there any more: then others take their place.
  for (let more = true; more; more = open > 0 && missing.length > 0) {
    await Promise.all(Array.from({ length: filesUnderWay }, work));
    open = wanted - countWheels(folder);
  }
  return countWheels(folder);
};
