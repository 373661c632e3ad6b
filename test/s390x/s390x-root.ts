import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The first Debian whose Node is 24; its s390x packages are fetched by this machine's apt, and nothing is installed. */
const suite = 'forky';
const mergedFolders = ['bin', 'lib', 'lib64', 'sbin'];
export const emulator = 'qemu-s390x-static';

const has = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v "$1"`, 'sh', command]).status === 0;

/** The mirror of Debian that apt is set to. */
const findMirror = (): string | null => {
  const format = '$(ORIGIN) $(REPO_URI)';
  const asked = spawnSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const line = asked.stdout.split('\n').find((text) => /^Debian .*\/debian\/?$/.test(text));
  return line?.slice('Debian '.length) ?? null;
};

/** Fetches packages and all that they need with an apt of its own: another architecture, an empty list of what is installed. */
const fetchPackages = (directory: string, mirror: string, packages: readonly string[]): void => {
  const state = join(directory, 'apt');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(state, 'archives', 'partial'), { recursive: true });
  writeFileSync(join(state, 'status'), '');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  // A machine whose keyring is older than the suite still checks what each package list says of its packages.
  writeFileSync(join(state, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  const settings = {
    'APT::Architecture': 's390x',
    'APT::Architectures': 's390x',
    'APT::Sandbox::User': 'root',
    'Dir::State': state,
    'Dir::State::lists': join(state, 'lists'),
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': state,
    'Dir::Cache::archives': join(state, 'archives'),
    'Dir::Etc::sourcelist': join(state, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = (...args: string[]): void => {
    execFileSync('apt-get', [...options, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  apt('update');
  apt('install', '--yes', '--no-install-recommends', '--download-only', ...packages);
};

const unpackPackages = (directory: string, root: string): void => {
  const archives = join(directory, 'apt', 'archives');
  mkdirSync(root, { recursive: true });
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['--extract', join(archives, name), root]);
  }
  // The packages expect the merged folders that base-files makes.
  for (const name of mergedFolders) {
    if (!existsSync(join(root, name))) symlinkSync(`usr/${name}`, join(root, name));
  }
};

/**
 * A root with these packages unpacked and none configured, kept in `cache` by who names it; else the reason why there
 * is none.
 */
export const prepareS390xRoot = (
  cache: string,
  packages: readonly string[],
): { readonly root: string } | { readonly why: string } => {
  for (const program of [emulator, 'apt-get', 'dpkg-deb']) {
    if (!has(program)) return { why: `${program} is not there` };
  }
  const root = join(cache, 'root');
  const isReady = join(cache, 'ready');
  if (!existsSync(isReady)) {
    const mirror = findMirror();
    if (mirror === null) return { why: 'apt knows no mirror of Debian' };
    rmSync(cache, { recursive: true, force: true });
    try {
      fetchPackages(cache, mirror, packages);
      unpackPackages(cache, root);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return { why: `the s390x packages could not be fetched: ${text.slice(0, 500)}` };
    }
    rmSync(join(cache, 'apt'), { recursive: true, force: true });
    writeFileSync(isReady, '');
  }
  return { root };
};
