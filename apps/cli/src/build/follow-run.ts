import { listOf, queueStatsSchema, workerViewSchema } from '@ironwheel/contracts';
import type { ControllerClient } from '../client/controller-client.ts';
import { CliError } from '../cli-error.ts';
import { explainWaiting } from './explain-waiting.ts';
import type { Progress } from './progress.ts';
import { isActive, type RunSnapshot } from './run-snapshot.ts';
import { watchRun } from './watch-run.ts';

const lookMs = 700;
/** A controller that restarts is waited for this long. */
const patienceMs = 5 * 60_000;
/** With nothing being built, the reason is looked for this often. */
const explainEveryMs = 5000;

export interface FollowedRun {
  /** The last thing seen of the run. */
  readonly snapshot: RunSnapshot;
  readonly wasInterrupted: boolean;
}

/** Shows a run until all its jobs have ended, or Ctrl-C. */
export async function followRun(
  client: ControllerClient,
  runId: string,
  progress: Progress,
): Promise<FollowedRun> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  let snapshot: RunSnapshot = { runId, jobs: [] };
  let explainAt = Date.now() + explainEveryMs;
  try {
    const watched = watchRun(client, runId, {
      signal: interrupt.signal,
      intervalMs: lookMs,
      patienceMs,
      onAway: (error) => progress.remark(`${error.message} Waiting for it.`),
    });
    for await (snapshot of watched) {
      progress.show(snapshot);
      if (snapshot.jobs.some(isActive)) {
        progress.remark('');
        explainAt = Date.now() + explainEveryMs;
      } else if (Date.now() > explainAt) {
        progress.remark((await explain(client, snapshot)) ?? '');
        explainAt = Date.now() + explainEveryMs;
      }
    }
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    progress.end();
  }
  return { snapshot, wasInterrupted: interrupt.signal.aborted };
}

async function explain(client: ControllerClient, snapshot: RunSnapshot): Promise<string | null> {
  const queued = snapshot.jobs.find(({ job }) => job.state === 'queued');
  if (queued === undefined) return null;
  try {
    const [workers, stats] = await Promise.all([
      client.get('/api/workers', listOf(workerViewSchema), { query: { limit: 500 } }),
      client.get('/api/queue/stats', queueStatsSchema),
    ]);
    const reason = explainWaiting(queued.job, workers.items, stats.claims_paused);
    return reason === null ? null : `${queued.job.name} waits: ${reason}`;
  } catch (error) {
    // The explanation is a courtesy; the run itself goes on being watched.
    if (error instanceof CliError) return null;
    throw error;
  }
}
