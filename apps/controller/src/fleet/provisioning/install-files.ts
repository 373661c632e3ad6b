import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoadedConfig } from '@ironwheel/config';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/index.ts';
import { provisioningSection } from './provisioning.section.ts';
import { writeUninstallScript, type ScriptPart } from './wrap-script.ts';

/** One file of a release as a host gets it. */
export interface InstallFile {
  /** Place below the release's directory; plain words and slashes. */
  readonly path: string;
  /** Octal, as chmod takes it. */
  readonly mode: string;
  readonly sha256: string;
  readonly content: Buffer;
}

export interface Release {
  readonly files: readonly InstallFile[];
  /** The parts of the install script, in the order of their names. */
  readonly scriptParts: readonly ScriptPart[];
}

const imagePresets = ['debian', 'fedora', 'rocky', 'ubuntu'];

/** Place in the release, place in this installation, mode. */
const fixedFiles: readonly (readonly [string, string, string])[] = [
  ['build-driver/ironwheel_build.py', 'build-driver/ironwheel_build.py', '644'],
  ['build-driver/ironwheel_launch.py', 'build-driver/ironwheel_launch.py', '644'],
  ['lib/load-image', 'systemd/load-image.sh', '755'],
  ['lib/notify-exec.pl', 'systemd/notify-exec.pl', '755'],
  ['lib/notify-exec.py', 'systemd/notify-exec.py', '755'],
  ['host/ironwheel-agent.service', 'systemd/ironwheel-agent.service', '644'],
  ['host/ironwheel-worker.service', 'systemd/ironwheel-worker.service', '644'],
  ['host/ironwheel-worker.form-a.service', 'systemd/ironwheel-worker.form-a.service', '644'],
  ['host/ironwheel.sysusers', 'systemd/ironwheel.sysusers', '644'],
  ['host/ironwheel.tmpfiles', 'systemd/ironwheel.tmpfiles', '644'],
  ['host/60-ironwheel.rules', 'systemd/60-ironwheel.rules', '644'],
  ['host/containers.conf', 'systemd/containers.conf', '644'],
  ['host/storage.conf', 'systemd/storage.conf', '644'],
  ['host/storage.form-a.conf', 'systemd/storage.form-a.conf', '644'],
  ['images/refinery-build', 'images/refinery-build', '755'],
  ...imagePresets.map((preset) => {
    const path = `images/${preset}/Containerfile`;
    return [path, path, '644'] as const;
  }),
];

/** What hosts get from this controller: kept in memory, read again when a file of the installation has changed. */
@Injectable()
export class InstallFiles {
  readonly #bundleFile: string | undefined;
  readonly #root: string | null;
  #kept: { readonly stamp: string; readonly release: Release } | undefined;

  constructor(config: LoadedConfig) {
    this.#bundleFile = config.get(provisioningSection).AGENT_BUNDLE_FILE;
    this.#root = findInstallationRoot(import.meta.dirname);
  }

  /** Throws NOT_SUPPORTED when this installation lacks what hosts need. */
  async load(): Promise<Release> {
    const root = this.#root;
    if (root === null) throw lacking('the folder systemd/ with units and the install script');
    const program = this.#bundleFile ?? join(root, 'dist/agent/main.mjs');
    const places = [
      ['agent/main.mjs', program, '644'] as const,
      ['agent/text-thread.mjs', join(dirname(program), 'text-thread.mjs'), '644'] as const,
      ['agent/queue-plugins.mjs', join(dirname(program), 'queue-plugins.mjs'), '644'] as const,
      ...fixedFiles.map(([path, from, mode]) => [path, join(root, from), mode] as const),
    ];
    const scripts = join(root, 'systemd/install');
    const names = (await readdir(scripts)).filter((name) => name.endsWith('.sh')).sort();
    const stamp = await stampOf([
      ...places.map(([, from]) => from),
      ...names.map((name) => join(scripts, name)),
    ]);
    if (this.#kept?.stamp === stamp) return this.#kept.release;
    const scriptParts = await Promise.all(
      names.map(async (name) => ({ name, text: await readFile(join(scripts, name), 'utf8') })),
    );
    const files = await Promise.all(places.map(([path, from, mode]) => readInstallFile(path, from, mode)));
    const uninstall = Buffer.from(writeUninstallScript(scriptParts));
    files.push(toInstallFile('lib/uninstall.sh', '644', uninstall));
    const release: Release = { files, scriptParts };
    this.#kept = { stamp, release };
    return release;
  }

  async find(sha256: string): Promise<InstallFile | null> {
    const { files } = await this.load();
    return files.find((file) => file.sha256 === sha256) ?? null;
  }
}

async function readInstallFile(path: string, from: string, mode: string): Promise<InstallFile> {
  return toInstallFile(path, mode, await readFile(from));
}

const toInstallFile = (path: string, mode: string, content: Buffer): InstallFile => ({
  path,
  mode,
  content,
  sha256: createHash('sha256').update(content).digest('hex'),
});

async function stampOf(paths: readonly string[]): Promise<string> {
  const facts = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch((error: unknown) => {
        throw lacking(
          path.endsWith('.mjs') ? 'the program of the agent; build it with `npm run build`' : path,
          error,
        );
      });
      return `${path} ${found.size} ${found.mtimeMs}`;
    }),
  );
  return facts.join('\n');
}

const lacking = (what: string, cause?: unknown): AppError =>
  new AppError(
    'NOT_SUPPORTED',
    `This installation of the controller cannot provision hosts: it lacks ${what}.`,
    {
      cause,
    },
  );

/** The directory that holds `systemd/install/`, looked for upwards: the repository, or where it was unpacked. */
function findInstallationRoot(start: string): string | null {
  let directory = start;
  for (;;) {
    if (existsSync(join(directory, 'systemd', 'install'))) return directory;
    const parent = dirname(directory);
    if (parent === directory) return null;
    directory = parent;
  }
}
