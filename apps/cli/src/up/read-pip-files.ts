import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@ironwheel/config';

/** How pip would reach an index that is named by hand. */
export interface PipAccess {
  readonly cert: string | null;
  readonly proxy: string | null;
  readonly trustedHosts: readonly string[];
}

type Settings = ReadonlyMap<string, string>;

const longestFile = 1024 * 1024;

/** What is set for all commands, and over it what is set for `download`; keys as options spell them. */
export function parsePipFile(text: string): Settings {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#') || bare.startsWith(';')) continue;
    // An indented line goes on with the value above it.
    if (/^[ \t]/.test(line) && section !== undefined && key !== undefined) {
      section.set(key, `${section.get(key) ?? ''}\n${bare}`.trim());
      continue;
    }
    if (bare.startsWith('[') && bare.endsWith(']')) {
      const name = bare.slice(1, -1);
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      key = undefined;
      continue;
    }
    const at = bare.search(/[=:]/);
    if (at === -1 || section === undefined) continue;
    key = bare.slice(0, at).trim().toLowerCase().replaceAll('_', '-');
    section.set(key, bare.slice(at + 1).trim());
  }
  return new Map([...(sections.get('global') ?? []), ...(sections.get('download') ?? [])]);
}

/** In the order in which pip reads them; the last that sets something wins. */
function listPipFiles(env: Environment): string[] {
  const named = env['PIP_CONFIG_FILE'];
  // As pip documents it: then no file is read.
  if (named === '/dev/null') return [];
  const home = env['HOME'] ?? homedir();
  const shared = (env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':').filter((path) => path.startsWith('/'));
  const own =
    env['XDG_CONFIG_HOME']?.startsWith('/') === true ? env['XDG_CONFIG_HOME'] : join(home, '.config');
  const venv = env['VIRTUAL_ENV'];
  return [
    ...shared.map((path) => join(path, 'pip', 'pip.conf')),
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    join(own, 'pip', 'pip.conf'),
    ...(venv === undefined ? [] : [join(venv, 'pip.conf')]),
    ...(named === undefined || named === '' ? [] : [named]),
  ];
}

/** A file that is missing, unreadable or no text of pip's says nothing: pip is not what runs here. */
async function readSettings(path: string): Promise<Settings> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return parsePipFile(text.slice(0, longestFile));
}

/**
 * Certificate, proxy and trusted hosts from pip's configuration files and environment, read here: starting pip takes
 * longer than most plans. Only what a Python holds in a file of its own beside its library is known to pip alone.
 */
export async function readPipFiles(env: Environment): Promise<PipAccess> {
  const files = await Promise.all(listPipFiles(env).map(readSettings));
  const settings = new Map(files.flatMap((file) => [...file]));
  const find = (key: string): string | null => {
    const fromEnv = env[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
    const value = fromEnv === undefined || fromEnv === '' ? settings.get(key) : fromEnv;
    return value === undefined || value === '' ? null : value;
  };
  const hosts = find('trusted-host')?.split(/\s+/) ?? [];
  return { cert: find('cert'), proxy: find('proxy'), trustedHosts: hosts.filter((host) => host !== '') };
}
