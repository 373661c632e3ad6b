import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planSnapshotSchema, type Claim } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { z } from 'zod';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import { retryTransient } from '../../controller-link/retry-transient.ts';
import type { Delivery } from '../attempt/attempt-record.ts';

/** A controller that does not answer for this long does not hear of the build, in milliseconds. */
const patienceMs = 60_000;
/** `POST /logs` takes 16 MiB; of a longer log the end is what matters. */
const maxLogChars = 15 * 1024 * 1024;

export interface BuildReport {
  readonly runId: string;
  readonly claim: Claim;
  readonly delivery: Delivery;
  /** Where the log of the build was kept. */
  readonly logDirectory: string;
}

type Post = (path: string, json: unknown) => Promise<void>;

/** What the controller does not take is logged, and the work goes on. */
function createPost(client: ControllerClient, logger: StructuredLogger): Post {
  const signal = AbortSignal.timeout(patienceMs);
  return async (path, json) => {
    try {
      await retryTransient(
        () => client.callJson({ method: 'POST', path, auth: 'worker', json, signal }, z.unknown()),
        { signal },
      );
    } catch (error) {
      logger.warn('The controller does not know of all that was done here.', { path, error });
    }
  };
}

/** Tells a controller of the plan that versions were looked up in; nothing where there is none. */
export async function reportPlan(
  client: ControllerClient,
  plan: unknown,
  logger: StructuredLogger,
): Promise<void> {
  const { run_id, plan: nodes } = (plan ?? {}) as { run_id?: unknown; plan?: unknown };
  const snapshot = planSnapshotSchema.safeParse({ run_id, plan: nodes });
  if (snapshot.success) await createPost(client, logger)('/api/plan', snapshot.data);
}

/**
 * Tells a controller of a build that it did not grant: event, manifest and log. The work is done either way, so that a
 * controller that is away only costs its own knowledge of it.
 */
export async function reportBuild(
  client: ControllerClient,
  { runId, claim, delivery, logDirectory }: BuildReport,
  logger: StructuredLogger,
): Promise<void> {
  const { name, version, python_tag, platform_tag } = claim.job;
  const { result, artifacts } = delivery;
  const base = { name, version, python_tag, platform_tag, status: result.status };
  const post = createPost(client, logger);
  const detail = result.error === null ? '' : `${result.error.code}: ${result.error.message}`.slice(0, 4000);
  const metadata = {
    duration_s: result.duration_s,
    runner: result.runner,
    cause: result.cause ?? null,
    phase: result.phase ?? null,
    attempt_number: claim.attempt_number,
    direct: true,
  };
  await post('/api/events', { events: [{ ...base, run_id: runId, detail, metadata }] });
  const entries =
    artifacts.length === 0
      ? [{ ...base, wheel: '' }]
      : artifacts.map(({ filename, sha256, size }) => ({ ...base, wheel: filename, sha256, size }));
  await post('/api/manifest', { run_id: runId, python_tag, platform_tag, entries });
  const content = await readFile(join(logDirectory, `${claim.attempt_id}.log`), 'utf8').catch(() => '');
  if (content !== '') {
    await post('/api/logs', { name, version, content: content.slice(-maxLogChars), run_id: runId });
  }
}
