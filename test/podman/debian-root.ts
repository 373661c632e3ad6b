import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const suite = 'bookworm';

export const has = (command: string): boolean =>
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

export const cacheDirectory = (): string => {
  const home = process.env['XDG_CACHE_HOME'];
  return home === undefined || home === '' ? '/var/cache/ironwheel' : join(home, 'ironwheel');
};

/** Names what is made of a list of packages in the cache. */
export const keyOf = (...parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify([suite, ...parts]))
    .digest('hex')
    .slice(0, 16);

/** The mirror to make roots from; else why none can be made on this machine. */
export const findRootSource = (): { readonly mirror: string } | { readonly why: string } => {
  if (process.getuid?.() !== 0) return { why: 'only root can run debootstrap' };
  if (!has('debootstrap')) return { why: 'debootstrap is not installed' };
  const mirror = findMirror();
  return mirror === null ? { why: `apt on this machine has no mirror of Debian ${suite}` } : { mirror };
};

/** Makes the root of a Debian with these packages, hands it over, and removes it afterwards. */
export const withDebianRoot = (
  mirror: string,
  packages: readonly string[],
  use: (root: string) => void,
): void => {
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-debootstrap-'));
  try {
    const root = join(directory, 'root');
    const args = ['--variant=minbase', `--include=${packages.join(',')}`, suite, root, mirror];
    const env = fetchEnvironment(directory);
    execFileSync('debootstrap', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    rmSync(join(root, 'var/cache/apt/archives'), { recursive: true, force: true });
    use(root);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
