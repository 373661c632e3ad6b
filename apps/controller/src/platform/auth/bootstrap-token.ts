import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecret } from './secrets.ts';

/** File of the first-start token in the data directory. */
const tokenFileName = 'admin-token';

export interface BootstrapToken {
  readonly token: string;
  readonly source: 'environment' | 'file';
  /** Path of the file, when the token is kept in one. */
  readonly file: string | null;
  /** Made at this very start. */
  readonly isNew: boolean;
}

/** CONTROL_PLANE_TOKEN, else the token of the data directory, made when there is none yet (mode 0600). */
export function getBootstrapToken(configured: string | undefined, dataDirectory: string): BootstrapToken {
  if (configured !== undefined) return { token: configured, source: 'environment', file: null, isNew: false };
  const file = join(dataDirectory, tokenFileName);
  if (existsSync(file)) {
    const token = readFileSync(file, 'utf8').trim();
    if (token.length < 16) throw new Error(`${file} holds no usable token; remove it to have a new one made`);
    return { token, source: 'file', file, isNew: false };
  }
  const token = createSecret('iw_');
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return { token, source: 'file', file, isNew: true };
}
