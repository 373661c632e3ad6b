import { listOf, workerViewSchema, type WorkerView } from '@ironwheel/contracts';
import { z } from 'zod';
import type { ControllerClient } from '../client/controller-client.ts';
import { CliError } from '../cli-error.ts';
import { isAborted, pause } from '../pause.ts';

const lookMs = 250;

/** Waits until the controller is ready; null when `signal` aborted before. */
export async function waitForController(client: ControllerClient, signal: AbortSignal): Promise<boolean> {
  while (!isAborted(signal)) {
    try {
      await client.get('/api/health/ready', z.looseObject({}), { signal, timeoutMs: 5000 });
      return true;
    } catch (error) {
      // Unreachable or not ready yet; both pass. The caller watches whether the process still lives.
      if (!(error instanceof CliError) && !isAborted(signal)) throw error;
    }
    await pause(lookMs, signal);
  }
  return false;
}

/** Waits for the first good heartbeat of a worker; what was last known of it when the time is up. */
export async function waitForWorker(
  client: ControllerClient,
  workerId: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly ready: boolean; readonly worker: WorkerView | null }> {
  const deadline = Date.now() + timeoutMs;
  let worker: WorkerView | null = null;
  while (!isAborted(signal)) {
    worker = await findWorker(client, workerId);
    const ready =
      worker?.heartbeat_state === 'healthy' && worker.capabilities !== null && worker.problems.length === 0;
    if (ready) return { ready, worker };
    if (Date.now() > deadline) break;
    await pause(lookMs, signal);
  }
  return { ready: false, worker };
}

/** Null when the controller does not know it. */
export async function findWorker(client: ControllerClient, workerId: string): Promise<WorkerView | null> {
  const { items } = await client.get('/api/workers', listOf(workerViewSchema), { query: { limit: 500 } });
  return items.find((worker) => worker.worker_id === workerId) ?? null;
}
