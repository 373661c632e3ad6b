import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DrillProcess } from '../drills/drill-process.ts';
import { prepareS390xRoot } from './s390x-root.ts';

const packages = [
  'bash',
  'ca-certificates',
  'coreutils',
  'gcc',
  'grep',
  'libc6-dev',
  'nodejs',
  'procps',
  'python3',
  'python3-dev',
  'python3-venv',
  'sed',
  'util-linux',
];

/** What maintainer scripts would have made. */
const links = { sh: 'bash', cc: 'gcc' };
const accounts = { passwd: 'root:x:0:0:root:/root:/bin/sh\n', group: 'root:x:0:\n' };
const binfmt = '/usr/lib/binfmt.d/qemu-s390x.conf';

/**
 * Enters the root. `binfmt_misc` belongs to the user namespace (Linux 6.7), so that programs for s390x start there and
 * nothing of this machine changes; on an older kernel the machine must have them registered already. `$1`: the root,
 * `$2`: what lies at `/mnt`.
 */
const enterScript = `
set -e
root=$1 shared=$2; shift 2
# What is registered holds as long as this is mounted.
if mount -t binfmt_misc binfmt_misc "$root/sys" 2>/dev/null && [ ! -e "$root/sys/qemu-s390x" ]; then
  cat ${binfmt} >"$root/sys/register"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$shared" "$root/mnt"
exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/usr/sbin HOME=/root LANG=C.UTF-8 "$@"
`;

/** pip opens the bundle of authorities even when it asks nobody. */
const readAuthorities = (root: string): string => {
  const directory = join(root, 'usr/share/ca-certificates/mozilla');
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
};

/** A Debian for s390x whose programs run under emulation, with the network of this machine. */
export class EmulatedHost {
  readonly #root: string;

  private constructor(
    root: string,
    /** A directory of this machine that the host sees as `/mnt`. */
    readonly shared: string,
  ) {
    this.#root = root;
  }

  static find(cache: string, shared: string): EmulatedHost | { readonly why: string } {
    if (!existsSync(binfmt)) return { why: `${binfmt} is not there (qemu-user-static)` };
    const found = prepareS390xRoot(cache, packages);
    if ('why' in found) return found;
    const { root } = found;
    for (const folder of ['proc', 'sys', 'dev', 'tmp', 'mnt', 'root', 'etc/ssl/certs'])
      mkdirSync(join(root, folder), { recursive: true });
    for (const [name, to] of Object.entries(links)) {
      if (!existsSync(join(root, 'usr/bin', name))) symlinkSync(to, join(root, 'usr/bin', name));
    }
    for (const [name, text] of Object.entries(accounts)) writeFileSync(join(root, 'etc', name), text);
    writeFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), readAuthorities(root));
    const host = new EmulatedHost(root, shared);
    const tried = spawnSync('unshare', host.#enter(['true']), { encoding: 'utf8', timeout: 60_000 });
    if (tried.status === 0) return host;
    return { why: `programs for s390x cannot be run here: ${tried.stderr.trim().slice(-300)}` };
  }

  /** Starts a program of the host. It ends with all that it started. */
  start(name: string, command: readonly string[], stdin = ''): DrillProcess {
    return new DrillProcess(
      name,
      this.#enter(command),
      { PATH: process.env['PATH'] ?? '' },
      stdin,
      'unshare',
    );
  }

  /** Runs a program to its end; answers what it printed. */
  async run(name: string, command: readonly string[], stdin = ''): Promise<string> {
    const started = this.start(name, command, stdin);
    const { code } = await started.ended;
    const text = started.lines.join('\n');
    if (code !== 0) throw new Error(`${name} ended with ${code ?? 'a signal'}\n${text}`);
    return text;
  }

  #enter(command: readonly string[]): string[] {
    const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child'];
    return [...namespaces, '--', 'sh', '-c', enterScript, 'enter', this.#root, this.shared, ...command];
  }
}
