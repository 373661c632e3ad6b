import { chown } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { enrollSchema } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { AgentError } from '../agent-error.ts';
import { agentVersion } from '../agent-version.ts';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import { ControllerClient } from '../controller-link/controller-client.ts';
import { createHttpPool } from '../controller-link/http-pool.ts';
import { ControllerError } from '../controller-link/controller-error.ts';
import { enrollWorker } from '../controller-link/worker-calls.ts';
import type { FileOwner } from '../state/state-files.ts';
import {
  agentKeyPath,
  findAgentIdentity,
  readAgentKey,
  saveAgentIdentity,
  type AgentIdentity,
} from './agent-identity.ts';
import { isAgentKeyAccepted } from './check-agent-key.ts';
import { isKeyAccepted } from './check-worker-key.ts';
import { readMachineId } from './machine-id.ts';
import { dropPendingKey, takePendingKey } from './pending-key.ts';
import {
  findWorkerIdentity,
  keyPath,
  readWorkerKey,
  saveWorkerIdentity,
  type WorkerIdentity,
} from './worker-identity.ts';

export interface HostPlaces {
  readonly agentDirectory: string;
  readonly workerDirectory: string;
  /** Undefined: the files stay with who runs this. */
  readonly agentOwner: FileOwner | undefined;
  readonly workerOwner: FileOwner | undefined;
}

export interface EnrollHostRequest {
  readonly url: string;
  /** Of a provisioning bundle. */
  readonly token: string;
  readonly places: HostPlaces;
  readonly caFile: string | null;
  /** Server that the bundle is for; keys of another server are not kept. */
  readonly serverId: string | null;
  /** Keep keys that this host has, when they are of this server and the controller takes them. */
  readonly keepValid: boolean;
  readonly force: boolean;
  readonly logger: StructuredLogger;
}

export interface EnrolledHost {
  readonly agent: AgentIdentity;
  readonly kept: boolean;
}

/**
 * Makes a key for the supervisor and one for the worker on this host and exchanges a bundle's token for their records.
 * Each key belongs to its own user, who alone can read it. Throws `AgentError` or `ControllerError`.
 */
export async function enrollHost(request: EnrollHostRequest): Promise<EnrolledHost> {
  const { places } = request;
  const known = await findKnown(request);
  if (known !== null && request.keepValid && !request.force) {
    const kept = await keepIfValid(request, known.agent, known.worker);
    if (kept !== null) return { agent: kept, kept: true };
  } else if (known !== null && !request.force) {
    throw new AgentError(
      'AGENT_ALREADY_ENROLLED',
      `this host is enrolled as ${known.agent.name} (${known.agent.server_id}) at ${known.agent.url}; use --force to replace its keys`,
    );
  }
  const agentKey = await takePendingKey(agentKeyPath(places.agentDirectory), places.agentOwner);
  const workerKey = await takePendingKey(keyPath(places.workerDirectory), places.workerOwner);
  const body = enrollSchema.safeParse({
    enrollment_token: request.token,
    name: hostname().split('.')[0],
    public_key: workerKey.publicKey,
    agent_public_key: agentKey.publicKey,
    machine_id: await readMachineId(),
    hostname: hostname(),
    version: agentVersion,
  });
  if (!body.success) {
    throw new AgentError('AGENT_USAGE', `the enrolment cannot be sent: ${body.error.message}`);
  }
  const answer = await withClient(request, (client) => enrollWorker(client, body.data)).catch(
    async (error: unknown) => {
      // Refused for good: the next try is another enrolment, with keys of its own.
      if (error instanceof ControllerError && error.kind === 'refused') await dropKeys(places);
      throw error;
    },
  );
  const { server_id: serverId, agent_id: agentId } = answer;
  if (serverId === undefined || agentId === undefined) {
    throw new AgentError(
      'AGENT_USAGE',
      'the controller does not know provisioning bundles; upgrade it first',
    );
  }
  const shared = { name: answer.name, ...addressOf(request) };
  const agent = { agent_id: agentId, server_id: serverId, worker_id: answer.worker_id, ...shared };
  const worker = {
    worker_id: answer.worker_id,
    heartbeat_interval_s: answer.heartbeat_interval_s,
    ...shared,
  };
  await saveWorkerIdentity(places.workerDirectory, worker, workerKey.privateKey, places.workerOwner);
  await saveAgentIdentity(places.agentDirectory, agent, agentKey.privateKey, places.agentOwner);
  await giveDirectories(places);
  await dropKeys(places);
  return { agent, kept: false };
}

async function findKnown(
  request: EnrollHostRequest,
): Promise<{ readonly agent: AgentIdentity; readonly worker: WorkerIdentity } | null> {
  // A damaged record is no enrolment: it is replaced.
  const agent = await findAgentIdentity(request.places.agentDirectory).catch(() => null);
  const worker = await findWorkerIdentity(request.places.workerDirectory).catch(() => null);
  return agent === null || worker === null ? null : { agent, worker };
}

/** The enrolment of this host when it is of the same server and the controller takes both keys; else null. */
async function keepIfValid(
  request: EnrollHostRequest,
  agent: AgentIdentity,
  worker: WorkerIdentity,
): Promise<AgentIdentity | null> {
  const { places } = request;
  if (agent.server_id !== request.serverId || worker.worker_id !== agent.worker_id) return null;
  const agentKey = await readAgentKey(places.agentDirectory).catch(() => null);
  const workerKey = await readWorkerKey(places.workerDirectory).catch(() => null);
  if (agentKey === null || workerKey === null) return null;
  const at = addressOf(request);
  const { logger } = request;
  const isAccepted =
    (await isKeyAccepted({ ...at, workerId: worker.worker_id, privateKey: workerKey }, logger)) &&
    (await isAgentKeyAccepted({ ...at, agentId: agent.agent_id, privateKey: agentKey }, logger));
  if (!isAccepted) return null;
  // The controller may be known under another name, or have another authority, by now.
  const address = addressOf(request);
  const kept = { ...withoutAuthority(agent), ...address };
  await saveWorkerIdentity(
    places.workerDirectory,
    { ...withoutAuthority(worker), ...address },
    workerKey,
    places.workerOwner,
  );
  await saveAgentIdentity(places.agentDirectory, kept, agentKey, places.agentOwner);
  await giveDirectories(places);
  return kept;
}

const withoutAuthority = <Identity extends { readonly ca_file?: string | undefined }>(
  identity: Identity,
): Identity => Object.fromEntries(Object.entries(identity).filter(([key]) => key !== 'ca_file')) as Identity;

const addressOf = (request: EnrollHostRequest): { url: string; ca_file?: string } => ({
  url: request.url,
  ...(request.caFile === null ? {} : { ca_file: resolve(request.caFile) }),
});

async function giveDirectories(places: HostPlaces): Promise<void> {
  const { agentOwner, workerOwner } = places;
  if (agentOwner !== undefined) await chown(places.agentDirectory, agentOwner.uid, agentOwner.gid);
  if (workerOwner !== undefined) await chown(places.workerDirectory, workerOwner.uid, workerOwner.gid);
}

async function dropKeys(places: HostPlaces): Promise<void> {
  await dropPendingKey(agentKeyPath(places.agentDirectory));
  await dropPendingKey(keyPath(places.workerDirectory));
}

async function withClient<T>(
  request: EnrollHostRequest,
  action: (client: ControllerClient) => Promise<T>,
): Promise<T> {
  const pool = createHttpPool({ caFile: request.caFile });
  try {
    return await action(
      new ControllerClient({
        url: request.url,
        credential: null,
        pool,
        clockOffset: new ClockOffset(),
        logger: request.logger,
        version: agentVersion,
      }),
    );
  } finally {
    await pool.close();
  }
}
