import { readFile } from 'node:fs/promises';
import { AgentError } from '../agent-error.ts';
import type { FileOwner } from '../state/state-files.ts';

/** Uid and group of a local user by its name. Throws AGENT_USAGE when there is none such. */
export async function getHostUser(name: string): Promise<FileOwner> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const entry = lines.find(([user]) => user === name);
  if (entry === undefined) throw new AgentError('AGENT_USAGE', `there is no user ${name} on this host`);
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}
