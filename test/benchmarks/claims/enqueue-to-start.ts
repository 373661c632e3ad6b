import { adminToken, target, type ClaimsStage } from './claims-stage.ts';
import type { HttpClient } from './http-client.ts';

/** Milliseconds from the call that enqueues a job to the claim of a worker that waited for it, sorted. */
export async function timeStarts(stage: ClaimsStage, client: HttpClient, count: number): Promise<number[]> {
  // To delete a million jobs one by one would be to look for the attempts of each, by a plan made when there were none.
  await stage.query('TRUNCATE jobs, queue_items, attempts, decisions, events, log_chunks CASCADE');
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const claim = client.claim(0, 30);
    // The worker is idle: its first look is over, and it waits.
    await new Promise((resolve) => setTimeout(resolve, 40));
    const startedAt = performance.now();
    const enqueued = client.post('/api/queue/enqueue', adminToken, {
      package: `started-${index}`,
      version: '1.0',
      ...target,
    });
    await claim;
    times.push(performance.now() - startedAt);
    await enqueued;
  }
  return times.sort((one, other) => one - other);
}
