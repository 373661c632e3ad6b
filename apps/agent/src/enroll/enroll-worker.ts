import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { enrollSchema } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import { ControllerClient } from '../controller-link/controller-client.ts';
import { createHttpPool, isReadableOnTheWay } from '../controller-link/http-pool.ts';
import { enrollWorker } from '../controller-link/worker-calls.ts';
import { AgentError } from '../agent-error.ts';
import { agentVersion } from '../agent-version.ts';
import { readMachineId } from './machine-id.ts';
import {
  createKeyPair,
  findWorkerIdentity,
  saveWorkerIdentity,
  type WorkerIdentity,
} from './worker-identity.ts';

export interface EnrollRequest {
  readonly url: string;
  readonly token: string;
  readonly name: string;
  readonly stateDirectory: string;
  readonly caFile: string | null;
  readonly force: boolean;
  readonly logger: StructuredLogger;
}

/**
 * Makes a key pair on this host and exchanges the enrolment token for a worker record.
 * Throws `AgentError` with a usage code, or `ControllerError`.
 */
export async function enroll(request: EnrollRequest): Promise<WorkerIdentity> {
  const known = await findWorkerIdentity(request.stateDirectory);
  if (known !== null && !request.force) {
    throw new AgentError(
      'AGENT_ALREADY_ENROLLED',
      `${request.stateDirectory} holds the key of worker ${known.name} (${known.worker_id}) of ${known.url}; use --force to replace it, or another --state-dir`,
    );
  }
  const keys = createKeyPair();
  const body = enrollSchema.safeParse({
    enrollment_token: request.token,
    name: request.name,
    public_key: keys.publicKey,
    machine_id: await readMachineId(),
    hostname: hostname(),
    version: agentVersion,
  });
  if (!body.success) {
    const places = body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AgentError('AGENT_USAGE', `the enrolment cannot be sent: ${places}`);
  }
  if (isReadableOnTheWay(request.url)) {
    request.logger.warn(
      'The controller is reached without TLS: the enrolment token can be read on the way.',
      {
        url: request.url,
      },
    );
  }
  const pool = createHttpPool({ caFile: request.caFile });
  try {
    const client = new ControllerClient({
      url: request.url,
      credential: null,
      pool,
      clockOffset: new ClockOffset(),
      logger: request.logger,
      version: agentVersion,
    });
    const answer = await enrollWorker(client, body.data);
    const identity: WorkerIdentity = {
      worker_id: answer.worker_id,
      name: answer.name,
      url: request.url,
      heartbeat_interval_s: answer.heartbeat_interval_s,
      ...(request.caFile === null ? {} : { ca_file: resolve(request.caFile) }),
    };
    await saveWorkerIdentity(request.stateDirectory, identity, keys.privateKey);
    return identity;
  } finally {
    await pool.close();
  }
}
