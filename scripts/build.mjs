// Builds what runs: dist/controller (rspack), dist/agent and dist/cli (esbuild), and the pages in dist/engine-room (Vite).
// Of programs and pages, only those are built whose sources have changed since the last build. Needs the dependencies (`npm run setup`).
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleEngineRoom } from './build-engine-room.mjs';
import { oldNodeBanner } from './old-node-banner.mjs';
import { childEnvironment, nodeBin, root, setup } from './setup.mjs';

const everyBuild = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/old-node-banner.mjs',
];
const programs = {
  stamp: join(root, 'dist', '.built'),
  sourceRoots: ['apps/controller', 'apps/agent', 'apps/cli', 'libs', 'plugins'],
  sourceFiles: [...everyBuild, 'rspack.config.mjs'],
  bundle: bundlePrograms,
  products: [
    'dist/controller/main.mjs',
    'dist/controller/text-thread.mjs',
    'dist/controller/http-thread.mjs',
    'dist/agent/main.mjs',
    'dist/agent/text-thread.mjs',
    'dist/agent/queue-plugins.mjs',
    'dist/cli/ironwheel.mjs',
    'dist/cli/main.mjs',
    'dist/cli/text-thread.mjs',
  ],
};
const pages = {
  stamp: join(root, 'dist', '.engine-room-built'),
  sourceRoots: ['apps/engine-room', 'libs/contracts'],
  sourceFiles: [...everyBuild, 'scripts/build-engine-room.mjs'],
  bundle: () => bundleEngineRoom(root),
  products: ['dist/engine-room/index.html', 'dist/engine-room/manifest.json'],
};

const isSource = (name) =>
  /\.(?:tsx?|sql|json|mjs|css|html|svg)$/.test(name) && !/\.(?:spec|e2e|drill)\.tsx?$/.test(name);

function listSources(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/node_modules/'));
}

/** Digest of every source of a build: names and contents. */
function digestSources({ sourceRoots, sourceFiles }) {
  const hash = createHash('sha256');
  const files = [
    ...sourceRoots
      .filter((name) => existsSync(join(root, name)))
      .flatMap((name) => listSources(join(root, name))),
    ...sourceFiles.map((name) => join(root, name)).filter((path) => existsSync(path)),
  ];
  for (const path of files.sort())
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  return hash.digest('hex');
}

const isBuilt = ({ products, stamp }, digest) =>
  products.every((product) => existsSync(join(root, product))) &&
  existsSync(stamp) &&
  readFileSync(stamp, 'utf8') === digest;

/** Agent and command line: files with every dependency inside, so that a host needs Node and nothing else. */
async function bundle(entry, outfile, executable, plugins = []) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: true,
    tsconfig: join(root, 'tsconfig.json'),
    // Older packages inside still call require().
    banner: {
      js: `${executable ? '#!/usr/bin/env node\n' : ''}import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);\n${oldNodeBanner}`,
    },
    legalComments: 'none',
    // Every process keeps the source that it runs, and a host runs three.
    minifyWhitespace: true,
    logLevel: 'warning',
    plugins,
    // The other form of it reads a file beside itself.
    alias: {
      '@platformatic/wasm-utils': join(root, 'node_modules/@platformatic/wasm-utils/dist/bundled.js'),
    },
  });
  if (executable) chmodSync(join(root, outfile), 0o755);
}

/** A module that stays a file of its own beside the program, and is loaded when it is needed. */
const apart = (name) => ({
  name: `apart-${name}`,
  setup: ({ onResolve }) =>
    onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${name}.mjs`, external: true } : undefined,
    ),
});

async function bundleController() {
  const { rspack } = await import('@rspack/core');
  const { default: config } = await import(pathToFileURL(join(root, 'rspack.config.mjs')).href);
  await new Promise((done, fail) => {
    rspack(config, (error, stats) => {
      if (error) return fail(error);
      if (stats.hasErrors()) return fail(new Error(stats.toString('errors-only')));
      done();
    });
  });
}

async function bundlePrograms() {
  await bundleController();
  await bundle('apps/agent/src/main.ts', 'dist/agent/main.mjs', false, [apart('queue-plugins')]);
  await bundle('apps/agent/src/plugins/queue-plugins.ts', 'dist/agent/queue-plugins.mjs', false);
  await bundle('apps/cli/src/main.ts', 'dist/cli/main.mjs', false);
  await bundle('apps/cli/src/launch.ts', 'dist/cli/ironwheel.mjs', true);
  const thread = 'libs/resolver/src/inputs/text-thread.ts';
  for (const program of ['agent', 'cli']) await bundle(thread, `dist/${program}/text-thread.mjs`, false);
}

/** @returns whether anything had to be built */
async function buildWhenChanged(target) {
  const digest = digestSources(target);
  if (isBuilt(target, digest)) return false;
  mkdirSync(dirname(target.stamp), { recursive: true });
  await target.bundle();
  const temporary = `${target.stamp}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, digest);
  renameSync(temporary, target.stamp);
  return true;
}

async function buildAll() {
  const built = [];
  if (await buildWhenChanged(programs)) built.push('dist/controller', 'dist/agent', 'dist/cli');
  if (await buildWhenChanged(pages)) built.push('dist/engine-room');
  return built;
}

/** Builds on the pinned Node, whatever Node this script was started with. Ends the process when it fails. */
export function build() {
  if ([programs, pages].every((target) => isBuilt(target, digestSources(target)))) return;
  const result = spawnSync(nodeBin(), [fileURLToPath(import.meta.url)], {
    cwd: root,
    stdio: 'inherit',
    env: childEnvironment(),
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(join(root, 'node_modules'))) setup();
  try {
    const built = await buildAll();
    console.log(built.length > 0 ? `Built ${built.join(', ')}.` : 'Nothing to build: no source has changed.');
  } catch (error) {
    console.error(`The build failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
