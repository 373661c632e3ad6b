import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic, type FileOwner } from '../state/state-files.ts';

/** What an enrolled supervisor knows of itself; `agent.key` beside it is the private key. Both are for its user only. */
export const agentIdentitySchema = z.object({
  agent_id: z.string().min(1).max(100),
  server_id: z.string().min(1).max(100),
  /** Of the worker that was enrolled with it. */
  worker_id: z.string().min(1).max(100).optional(),
  /** Of the server. */
  name: z.string(),
  url: z.url(),
  ca_file: z.string().optional(),
});
export type AgentIdentity = z.output<typeof agentIdentitySchema>;

export const agentIdentityPath = (stateDirectory: string): string => join(stateDirectory, 'agent.json');
export const agentKeyPath = (stateDirectory: string): string => join(stateDirectory, 'agent.key');

/** Null when this state directory was never enrolled. */
export const findAgentIdentity = (stateDirectory: string): Promise<AgentIdentity | null> =>
  readJsonFile(agentIdentityPath(stateDirectory), agentIdentitySchema);

export const readAgentKey = (stateDirectory: string): Promise<string> =>
  readFile(agentKeyPath(stateDirectory), 'utf8');

/** Key first, record last: a record without its key cannot come about. */
export async function saveAgentIdentity(
  stateDirectory: string,
  identity: AgentIdentity,
  privateKey: string,
  owner?: FileOwner,
): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await writeFileAtomic(agentKeyPath(stateDirectory), privateKey, 0o600, owner);
  await writeFileAtomic(
    agentIdentityPath(stateDirectory),
    `${JSON.stringify(identity, null, 2)}\n`,
    0o600,
    owner,
  );
}
