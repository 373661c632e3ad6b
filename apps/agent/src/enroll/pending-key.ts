import { createPublicKey } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic, type FileOwner } from '../state/state-files.ts';
import { createKeyPair, type KeyPair } from './worker-identity.ts';

const maxKeyBytes = 4096;

/**
 * A key that is on its way to being enrolled, beside the one that is in use. It is kept until the controller has
 * answered: when the answer is lost, the next try asks with the same key and gets the same answer.
 */
export async function takePendingKey(keyPath: string, owner: FileOwner | undefined): Promise<KeyPair> {
  const path = pendingPath(keyPath);
  const kept = await findOwnKey(path, owner);
  if (kept !== null) return kept;
  const pair = createKeyPair();
  await mkdir(dirname(keyPath), { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, pair.privateKey, 0o600, owner);
  return pair;
}

export const dropPendingKey = (keyPath: string): Promise<void> => rm(pendingPath(keyPath), { force: true });

/**
 * Root reads here in a directory of another user, which could have laid out a link to a key that is not its own: only a
 * plain file that belongs to the user itself counts.
 */
async function findOwnKey(path: string, owner: FileOwner | undefined): Promise<KeyPair | null> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP') return null;
    throw error;
  }
  try {
    const { uid, nlink, size } = await file.stat();
    if (uid !== (owner?.uid ?? process.getuid?.()) || nlink !== 1 || size > maxKeyBytes) return null;
    const privateKey = await file.readFile('utf8');
    const publicKey = createPublicKey(privateKey);
    if (publicKey.asymmetricKeyType !== 'ed25519') return null;
    return { publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, privateKey };
  } catch (error) {
    // What is no key (a crash, a full disk) is replaced by a new one.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_')) return null;
    throw error;
  } finally {
    await file.close();
  }
}

const pendingPath = (keyPath: string): string => `${keyPath}.pending`;
