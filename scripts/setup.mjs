// Set-up that every command of the README calls first. Runs on the machine's own Node (20 or later), with
// nothing installed yet; everything after it runs on the Node that `nodeBin()` names.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The Node 24 of the lock file where the platform has one, else the machine's own. */
export function nodeBin() {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** The environment for children: the pinned Node and the project's tools come first on the path. */
export function childEnvironment() {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` };
}

/** Runs a tool on the pinned Node with this terminal; ends this process with its code when it fails. */
export function run(file, args, { cwd = root } = {}) {
  const result = spawnSync(file, args, { cwd, stdio: 'inherit', env: childEnvironment() });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Installs the locked dependencies when they are missing or the lock file has changed since. */
export function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.ironwheel-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing dependencies (npm ci) …');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const result = spawnSync(npm[0], [...npm.slice(1), 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) {
    console.error(
      'npm ci failed; the message above says why. Without an npm registry the dependencies cannot be installed.',
    );
    process.exit(result.status ?? 1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** Ends with a clear word when the Node that will run Ironwheel is older than 24. */
export function checkNode() {
  const version = execFileSync(nodeBin(), ['--version'], { encoding: 'utf8' }).trim();
  if (Number(version.slice(1).split('.')[0]) < 24) {
    console.error(
      `Ironwheel needs Node 24 or later; this platform has no pinned one and the machine's own is ${version}.`,
    );
    process.exit(1);
  }
}

export function setup() {
  installDependencies();
  checkNode();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setup();
  console.log(`Set up. Node for Ironwheel: ${nodeBin()}`);
}
