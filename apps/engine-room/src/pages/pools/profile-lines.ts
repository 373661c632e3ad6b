import type { PoolView } from '@ironwheel/contracts';

export interface ProfileLine {
  readonly host: string;
  readonly profile: string;
}

/** One line for each provider: `files.example.org=low_hit`. */
export const writeProfileLines = (profiles: PoolView['profiles']): string =>
  joinLines(Object.entries(profiles).map(([host, profile]) => ({ host, profile })));

export const joinLines = (lines: readonly ProfileLine[]): string =>
  lines.map(({ host, profile }) => `${host}=${profile}`).join('\n');

export function splitLines(text: string): ProfileLine[] {
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const at = line.lastIndexOf('=');
    return { host: line.slice(0, at), profile: line.slice(at + 1) };
  });
}

export const readProfiles = (text: string): Record<string, string> =>
  Object.fromEntries(splitLines(text).map(({ host, profile }) => [host.trim(), profile]));

/** A host that stands there twice: only one of the two could hold. */
export function findTwice(text: string): string | null {
  const seen = new Set<string>();
  for (const { host } of splitLines(text)) {
    if (seen.has(host.trim())) return host.trim();
    seen.add(host.trim());
  }
  return null;
}
