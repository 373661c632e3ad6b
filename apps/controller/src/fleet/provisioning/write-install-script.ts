import { createHash } from 'node:crypto';
import type { Trust } from './controller-trust.ts';
import type { Release } from './install-files.ts';
import { quoteShell } from './quote-shell.ts';
import { toSection, wrapScript } from './wrap-script.ts';

export interface OfferedRuntime {
  readonly arch: string;
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface InstallScriptValues {
  readonly controllerUrl: string;
  readonly token: string;
  readonly serverId: string;
  readonly serverName: string;
  readonly pool: string;
  readonly version: string;
  readonly trust: Trust;
  readonly runtimes: readonly OfferedRuntime[];
}

const lines = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.join(' ')).join('\n');

/** Names a release by its content, so that an installed one can be told from another of the same version. */
export function releaseNameOf(release: Release, version: string): string {
  const hash = createHash('sha256');
  for (const { path, mode, sha256 } of release.files) hash.update(`${path} ${mode} ${sha256}\n`);
  return `${version}-${hash.digest('hex').slice(0, 12)}`;
}

/**
 * The script of one bundle: `systemd/install/*.sh` inside one function that the last line calls. The call stands inside
 * an `if`, so that a script that was cut off anywhere is no complete command and does nothing.
 */
export function writeInstallScript(release: Release, values: InstallScriptValues): string {
  const { trust } = values;
  const assignments: Readonly<Record<string, string>> = {
    controller_url: values.controllerUrl,
    install_token: values.token,
    server_id: values.serverId,
    server_name: values.serverName,
    server_pool: values.pool,
    ironwheel_version: values.version,
    release_name: releaseNameOf(release, values.version),
    controller_pin: trust.kind === 'pinned' ? trust.pin : '',
    controller_ca: trust.kind === 'pinned' ? trust.caPem.trim() : '',
    install_files: lines(
      release.files.map(({ sha256, content, mode, path }) => [sha256, content.length, mode, path]),
    ),
    runtimes: lines(
      values.runtimes.map(({ arch, version, sha256, bytes }) => [arch, version, sha256, bytes]),
    ),
  };
  return wrapScript([
    ...Object.entries(assignments).map(([name, value]) => `${name}=${quoteShell(value)}`),
    ...release.scriptParts.map(toSection),
  ]);
}

/** A script that says in words why there is none, and ends with 1. */
export function writeRefusalScript(sentences: readonly string[]): string {
  return wrapScript([
    ...sentences.map((sentence) => `printf '%s\\n' ${quoteShell(`ironwheel: ${sentence}`)} >&2`),
    'exit 1',
  ]);
}
