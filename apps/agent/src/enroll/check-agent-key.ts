import type { StructuredLogger } from '@ironwheel/logging';
import { agentVersion } from '../agent-version.ts';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import { createAssertionSigner } from '../controller-link/credential.ts';
import { readTrustedAuthorities } from '../controller-link/http-pool.ts';
import { AgentSocket } from '../controller-link/agent-socket.ts';

export interface AgentKeyToCheck {
  readonly url: string;
  readonly ca_file?: string;
  readonly agentId: string;
  readonly privateKey: string;
}

/**
 * Asks for a websocket with the supervisor's key and lets go of it before a word is said, so that a supervisor that runs
 * keeps its own. False where the controller refuses the key (revoked, or seen on two machines); whoever gave no answer has
 * not refused it.
 */
export async function isAgentKeyAccepted(key: AgentKeyToCheck, logger: StructuredLogger): Promise<boolean> {
  const authorize = await createAssertionSigner(key.agentId, key.privateKey);
  const socket = new AgentSocket({
    url: key.url,
    ca: key.ca_file === undefined ? null : readTrustedAuthorities(key.ca_file),
    authorization: await authorize(Date.now()),
    version: agentVersion,
    clockOffset: new ClockOffset(),
    logger,
    onOpen: () => socket.close(),
    onMessage: () => undefined,
  });
  const end = await socket.ended;
  return end.kind !== 'refused' || (end.status !== 401 && end.status !== 403);
}
