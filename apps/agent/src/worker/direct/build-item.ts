import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim, Phase } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { createMask, type LogSink, type Runner } from '@ironwheel/plugin-kit';
import { agentVersion } from '../../agent-version.ts';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import type { AttemptSettings } from '../attempt/attempt-context.ts';
import { AttemptNotes } from '../attempt/attempt-notes.ts';
import { AttemptRecord, type Delivery } from '../attempt/attempt-record.ts';
import { readKeptArtifact } from '../attempt/kept-artifacts.ts';
import { makeResult } from '../attempt/make-result.ts';
import { runPhases } from '../attempt/run-phases.ts';
import { saveStream } from '../attempt/save-stream.ts';
import { noteInManifest } from '../local-manifest.ts';

/** What every build of a direct worker shares. */
export interface DirectHost {
  readonly runner: Runner;
  readonly logSink: LogSink;
  /** Null: no controller is configured. */
  readonly client: ControllerClient | null;
  readonly settings: AttemptSettings;
  readonly secrets: readonly string[];
  readonly attemptsDirectory: string;
  /** Takes the wheels and `manifest.json`. */
  readonly outputDirectory: string;
  readonly logger: StructuredLogger;
}

/** Builds one item, keeps its wheels and notes them in the manifest. `signal` aborts with an `AttemptStoppedError`. */
export async function buildItem(
  host: DirectHost,
  claim: Claim,
  signal: AbortSignal,
  onPhase: (phase: Phase) => void,
): Promise<Delivery> {
  const record = await AttemptRecord.create(host.attemptsDirectory, claim, new Date());
  const attemptId = claim.attempt_id;
  const logger = host.logger.child({
    attempt_id: attemptId,
    package: `${claim.job.name}==${claim.job.version}`,
  });
  const log = await host.logSink.open({
    attemptId,
    maxBytes: claim.limits.log_max_bytes,
    secrets: host.secrets,
  });
  const notes = new AttemptNotes(createMask(host.secrets));
  notes.noteFact('worker', { version: agentVersion, runner: host.settings.runnerName });
  const access = { attemptId, attemptToken: '', fencing: claim.fencing };
  const context = { ...host, claim, access, record, notes, log, logger, signal };
  const outcome = await runPhases(context, onPhase);
  await host.runner.clean(attemptId).catch((error: unknown) => {
    logger.error('The runner could not clean up after the attempt.', { error });
  });
  if (outcome.kind === 'failed')
    log.write(`\n[ironwheel: ${outcome.error.code}: ${outcome.error.message}]\n`);
  await log.end();
  const delivery: Delivery = {
    version: 1,
    result: makeResult(context, outcome),
    artifacts: outcome.kind === 'done' ? [...notes.artifacts] : [],
  };
  for (const { filename, path } of delivery.artifacts) {
    await keepWheel(host.outputDirectory, filename, record.workDirectory, path, signal);
  }
  if (outcome.kind !== 'stopped') await noteInManifest(host.outputDirectory, claim, delivery, logger);
  await record.remove();
  return delivery;
}

/** Under its own name only when all of it is there. */
async function keepWheel(
  directory: string,
  filename: string,
  workDirectory: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const part = join(directory, `.${filename}.part`);
  try {
    await saveStream(() => readKeptArtifact(workDirectory, path), part, signal);
    await rename(part, join(directory, filename));
  } finally {
    await rm(part, { force: true });
  }
}
