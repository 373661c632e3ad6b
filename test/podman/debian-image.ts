import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const suite = 'bookworm';
const packages = [
  'build-essential',
  'ca-certificates',
  'python3',
  'python3-dev',
  'python3-pip',
  'python3-venv',
];

export type FoundImage = { readonly image: string } | { readonly why: string };

const has = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v "$1"`, 'sh', command]).status === 0;

/** The mirror that this machine's apt uses for the suite; apt's own order. */
const findMirror = (): string | null => {
  const format = '$(REPO_URI) $(RELEASE) $(ORIGIN)';
  const asked = spawnSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const line = asked.stdout.split('\n').find((text) => text.includes(` ${suite} Debian`));
  return line?.split(' ')[0] ?? null;
};

/** One value of apt's configuration: `Acquire::http::Proxy "…";` */
const aptSetting = (name: string): string | null => {
  const dump = spawnSync('apt-config', ['dump', '--format', '%f=%v%n', name], { encoding: 'utf8' });
  return /=(.+)$/m.exec(dump.stdout)?.[1] ?? null;
};

/** debootstrap fetches with wget: apt's proxy and certificate file are handed to it in wget's own terms. */
const fetchEnvironment = (directory: string): NodeJS.ProcessEnv => {
  const environment = { ...process.env };
  const proxy = aptSetting('Acquire::http::Proxy');
  const certificates = aptSetting('Acquire::https::CaInfo') ?? process.env['SSL_CERT_FILE'];
  if (proxy !== null) environment['http_proxy'] = proxy;
  if (certificates !== undefined) {
    const settings = join(directory, 'wgetrc');
    writeFileSync(settings, `ca_certificate = ${certificates}\n`);
    environment['WGETRC'] = settings;
  }
  return environment;
};

const cacheDirectory = (): string => {
  const home = process.env['XDG_CACHE_HOME'];
  return home === undefined || home === '' ? '/var/cache/ironwheel' : join(home, 'ironwheel');
};

const makeTar = (mirror: string, tar: string): void => {
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-debootstrap-'));
  try {
    const root = join(directory, 'root');
    const args = ['--variant=minbase', `--include=${packages.join(',')}`, suite, root, mirror];
    const env = fetchEnvironment(directory);
    execFileSync('debootstrap', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    rmSync(join(root, 'var/cache/apt/archives'), { recursive: true, force: true });
    execFileSync('tar', ['-C', root, '-cf', `${tar}.part`, '.']);
    renameSync(`${tar}.part`, tar);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/**
 * A Debian image with Python and a compiler, made without a registry (debootstrap and `podman import`) and kept in a
 * cache by its list of packages. Answers why when this machine cannot make one.
 */
export function findDebianImage(): FoundImage {
  for (const command of ['podman', 'tar']) if (!has(command)) return { why: `${command} is not installed` };
  const key = createHash('sha256')
    .update(JSON.stringify([suite, packages]))
    .digest('hex')
    .slice(0, 16);
  const image = `localhost/ironwheel-test-debian:${key}`;
  if (spawnSync('podman', ['image', 'exists', image]).status === 0) return { image };
  const tar = join(cacheDirectory(), `debian-${suite}-${key}.tar`);
  if (!existsSync(tar)) {
    if (process.getuid?.() !== 0) return { why: 'only root can run debootstrap' };
    if (!has('debootstrap')) return { why: 'debootstrap is not installed' };
    const mirror = findMirror();
    if (mirror === null) return { why: `apt on this machine has no mirror of Debian ${suite}` };
    mkdirSync(cacheDirectory(), { recursive: true });
    makeTar(mirror, tar);
  }
  const imported = spawnSync('podman', ['import', '--quiet', tar, image], { encoding: 'utf8' });
  return imported.status === 0 ? { image } : { why: `podman import failed: ${imported.stderr.slice(-300)}` };
}
