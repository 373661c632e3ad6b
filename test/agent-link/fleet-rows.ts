import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import type { TestDatabase } from '@ironwheel/testing';
import { v7 } from 'uuid';

export interface TestAgentRow {
  readonly agentId: string;
  readonly serverId: string;
  readonly name: string;
  readonly machineId: string | null;
  readonly key: KeyObject;
}

/** A server and its enrolled agent, as provisioning leaves them. */
export async function insertAgent(
  database: Pick<TestDatabase, 'query'>,
  machineId: string | null = null,
): Promise<TestAgentRow> {
  const [agentId, serverId, name] = [`agt_${v7()}`, `srv_${v7()}`, `host-${randomUUID().slice(0, 8)}`];
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  await database.query(
    `INSERT INTO servers (id, name, pool, created_by) VALUES ($1, $2, 'default', 'test')`,
    [serverId, name],
  );
  await database.query(
    `INSERT INTO agents (id, server_id, public_key, machine_id, hostname, version) VALUES ($1, $2, $3, $4, 'test', '0.1.0')`,
    [agentId, serverId, publicKey.export({ type: 'spki', format: 'pem' }), machineId],
  );
  return { agentId, serverId, name, machineId, key: privateKey };
}

/** Waits for a condition; fails with its name. */
export async function until<T>(
  name: string,
  look: () => T | Promise<T>,
  patienceMs = 20_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`in vain: ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
