import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import { AgentError } from '../agent-error.ts';
import { agentVersion } from '../agent-version.ts';
import type { agentSection } from '../config/agent-config.ts';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import { createAssertionSigner } from '../controller-link/credential.ts';
import { isReadableOnTheWay, readTrustedAuthorities } from '../controller-link/http-pool.ts';
import { findAgentIdentity, readAgentKey, type AgentIdentity } from '../enroll/agent-identity.ts';
import { readMachineId } from '../enroll/machine-id.ts';
import type { Notifier } from '../sd-notify/notifier.ts';
import { StateLock } from '../state/state-lock.ts';
import { CommandDesk } from './commands/command-desk.ts';
import { CommandRecord } from './commands/command-record.ts';
import { LinkLoop } from './loop-link.ts';
import { UnitsLoop } from './loop-units.ts';
import { readBootId } from './units/boot-id.ts';
import { WorkerUnit } from './units/worker-unit.ts';

export interface RunSupervisorOptions {
  readonly stateDirectory: string;
  readonly agent: ConfigOf<typeof agentSection>;
  readonly notifier: Notifier;
  readonly logger: StructuredLogger;
  /** Aborted by the first signal. */
  readonly stopSignal: AbortSignal;
}

/** Wires the supervisor together and runs it until it is told to stop. It never touches what is being built. */
export async function runSupervisor(options: RunSupervisorOptions): Promise<void> {
  const { stateDirectory, agent, notifier, logger, stopSignal } = options;
  const identity = await getIdentity(stateDirectory);
  const lock = await StateLock.take(stateDirectory, 'supervisor');
  try {
    const url = (agent.CONTROL_PLANE_URL ?? identity.url).replace(/\/+$/, '');
    const caFile = agent.CONTROL_PLANE_CA_FILE ?? identity.ca_file ?? null;
    if (isReadableOnTheWay(url)) {
      logger.warn('The controller is reached without TLS: what it is told can be read on the way.', { url });
    }
    const record = new CommandRecord(join(stateDirectory, 'commands.json'));
    await record.load();
    const clockOffset = new ClockOffset();
    const unit = new WorkerUnit();
    const units = new UnitsLoop(unit, (state) => void link.send({ type: 'agent:report-units', state }));
    const desk = new CommandDesk({
      record,
      host: { unit, directory: stateDirectory, clockOffset },
      now: () => Date.now() + clockOffset.measuredMs,
      send: (message) => link.send(message),
      lookAtUnits: () => units.look(),
      signal: stopSignal,
      logger,
    });
    const link = new LinkLoop({
      url,
      authorize: await createAssertionSigner(identity.agent_id, await readAgentKey(stateDirectory)),
      ca: caFile === null ? null : readTrustedAuthorities(caFile),
      facts: {
        agent_id: identity.agent_id,
        hostname: hostname(),
        machine_id: await readMachineId(),
        boot_id: await readBootId(),
      },
      directory: stateDirectory,
      clockOffset,
      lastGeneration: () => record.lastGeneration,
      units: () => units.last,
      onCommand: (command) => void desk.take(command),
      onLinked: () => {
        desk
          .repeat()
          .catch((error: unknown) => logger.error('What was done could not be told again.', { error }));
      },
      onState: (state, detail) => notifier.status(detail === '' ? state : `${state}: ${detail}`),
      signal: stopSignal,
      logger,
    });

    await units.look();
    logger.info('The supervisor is up.', {
      agent_id: identity.agent_id,
      name: identity.name,
      version: agentVersion,
      controller: url,
      worker: units.last.process_state,
    });
    notifier.ready('up');
    await Promise.all([link.run(), units.run(stopSignal)]);
    await desk.settle();
    notifier.stopping();
    logger.info('The supervisor has stopped.');
  } finally {
    await lock.release();
  }
}

async function getIdentity(stateDirectory: string): Promise<AgentIdentity> {
  const identity = await findAgentIdentity(stateDirectory).catch((error: unknown) => {
    throw new AgentError(
      'AGENT_NOT_ENROLLED',
      `agent.json in ${stateDirectory} cannot be read; provision the server anew`,
      {
        cause: error,
      },
    );
  });
  if (identity !== null) return identity;
  throw new AgentError(
    'AGENT_NOT_ENROLLED',
    `${stateDirectory} holds no agent; make a bundle for the server and run its install line`,
  );
}
