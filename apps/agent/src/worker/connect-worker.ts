import type { ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import type { Agent } from 'undici';
import { AgentError } from '../agent-error.ts';
import { agentVersion } from '../agent-version.ts';
import type { agentSection } from '../config/agent-config.ts';
import type { workerSection } from '../config/worker-config.ts';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import { ControllerClient } from '../controller-link/controller-client.ts';
import { createKeyCredential, createTokenCredential } from '../controller-link/credential.ts';
import { createHttpPool, isReadableOnTheWay } from '../controller-link/http-pool.ts';
import { findWorkerIdentity, readWorkerKey, type WorkerIdentity } from '../enroll/worker-identity.ts';
import type { RenewerOptions } from './renewals/renewer.ts';

export interface WorkerConnection {
  readonly identity: WorkerIdentity;
  readonly client: ControllerClient;
  readonly pool: Agent;
  /** The same connection for the renewing process. */
  readonly renewSettings: RenewerOptions['settings'];
}

/** A worker that hangs for this long no longer keeps its leases, in milliseconds. */
const hangMs = 15 * 60_000;

/** Who this worker is and how it reaches its controller. Throws `AgentError` when it was never enrolled. */
export async function connectWorker(
  stateDirectory: string,
  agent: ConfigOf<typeof agentSection>,
  worker: ConfigOf<typeof workerSection>,
  logger: StructuredLogger,
): Promise<WorkerConnection> {
  const identity = await findWorkerIdentity(stateDirectory).catch((error: unknown) => {
    throw new AgentError(
      'AGENT_NOT_ENROLLED',
      `worker.json in ${stateDirectory} is damaged; enrol anew with --force`,
      {
        cause: error,
      },
    );
  });
  if (identity === null) {
    throw new AgentError(
      'AGENT_NOT_ENROLLED',
      `${stateDirectory} holds no worker; run \`ironwheel agent enroll --url <controller> --name <name>\` first`,
    );
  }
  const url = agent.CONTROL_PLANE_URL ?? identity.url.replace(/\/+$/, '');
  const caFile = agent.CONTROL_PLANE_CA_FILE ?? identity.ca_file ?? null;
  const token = worker.CONTROL_PLANE_TOKEN;
  const privateKey = token === undefined ? await readWorkerKey(stateDirectory) : null;
  const credential =
    privateKey === null
      ? createTokenCredential(identity.worker_id, token ?? '')
      : await createKeyCredential(identity.worker_id, privateKey);
  if (isReadableOnTheWay(url)) {
    logger.warn('The controller is reached without TLS: tokens and logs can be read on the way.', { url });
  }
  const pool = createHttpPool({ caFile });
  return {
    identity,
    pool,
    client: new ControllerClient({
      url,
      credential,
      pool,
      clockOffset: new ClockOffset(),
      logger,
      version: agentVersion,
    }),
    renewSettings: {
      url,
      ca_file: caFile,
      worker_id: identity.worker_id,
      credential:
        privateKey === null
          ? { kind: 'token', token: token ?? '' }
          : { kind: 'key', private_key: privateKey },
      version: agentVersion,
      silence_ms: hangMs,
    },
  };
}
