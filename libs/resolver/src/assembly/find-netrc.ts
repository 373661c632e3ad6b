import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { NetrcInvalidError, parseNetrc, type Netrc } from '../index-client/netrc.ts';

const maxBytes = 1024 * 1024;
const othersMayRead = 0o077;

export interface NetrcPlace {
  /** Null: `.netrc` of this process's user, if there is one. */
  readonly path: string | null;
  readonly home?: string;
  readonly warn: (sentence: string, fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * Credentials of package indexes from netrc. A home's file that others may read is not used, as ssh does with keys; one
 * that is named by hand is, since secrets are often mounted so. What cannot be read is warned of: then indexes are
 * asked without.
 */
export async function findNetrc({ path, home = homedir(), warn }: NetrcPlace): Promise<Netrc | null> {
  const place = path ?? join(home, '.netrc');
  try {
    const file = await open(place, 'r');
    try {
      const { mode, size } = await file.stat();
      if (size > maxBytes) throw new NetrcInvalidError(1, 'the file is larger than 1 MiB.');
      const isOpen = process.platform !== 'win32' && (mode & othersMayRead) !== 0;
      if (isOpen) warn('others may read the netrc file; take their rights from it', { path: place });
      return isOpen && path === null ? null : parseNetrc(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || path !== null) warn('the netrc file cannot be read', { path: place, error });
    return null;
  }
}
