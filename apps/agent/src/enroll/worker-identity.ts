import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic, type FileOwner } from '../state/state-files.ts';

/** What an enrolled worker knows of itself; `worker.key` beside it is the private key. */
const workerIdentitySchema = z.object({
  worker_id: z.string().min(1).max(100),
  name: z.string(),
  url: z.url(),
  ca_file: z.string().optional(),
  heartbeat_interval_s: z.number().int().positive().default(10),
});
export type WorkerIdentity = z.output<typeof workerIdentitySchema>;

const identityPath = (stateDirectory: string): string => join(stateDirectory, 'worker.json');
export const keyPath = (stateDirectory: string): string => join(stateDirectory, 'worker.key');

/** Null when this state directory was never enrolled. */
export const findWorkerIdentity = (stateDirectory: string): Promise<WorkerIdentity | null> =>
  readJsonFile(identityPath(stateDirectory), workerIdentitySchema);

export const readWorkerKey = (stateDirectory: string): Promise<string> =>
  readFile(keyPath(stateDirectory), 'utf8');

export interface KeyPair {
  /** SPKI in PEM. */
  readonly publicKey: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** An Ed25519 key pair; the private half never leaves this host. */
export const createKeyPair = (): KeyPair => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicKey, privateKey };
};

/** Key first, record last: a record without its key cannot come about. */
export async function saveWorkerIdentity(
  stateDirectory: string,
  identity: WorkerIdentity,
  privateKey: string,
  owner?: FileOwner,
): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o711 });
  await writeFileAtomic(keyPath(stateDirectory), privateKey, 0o600, owner);
  await writeFileAtomic(identityPath(stateDirectory), `${JSON.stringify(identity, null, 2)}\n`, 0o644, owner);
}
