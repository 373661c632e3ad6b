import type { ReachedController, TestDatabase } from '@ironwheel/testing';
import { addManyWorkers, BeatingWorkers } from '../../engine-room/fleet-rows.ts';
import { fillLog, WrittenLog } from '../../engine-room/log-rows.ts';

export interface BenchRows {
  /** Attempt and job of a log of 1,000,000 lines. */
  readonly attemptId: string;
  readonly jobId: string;
  /** A log that is being written. */
  readonly followedId: string;
  readonly written: WrittenLog;
  readonly workers: BeatingWorkers;
}

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const linesOfChunk = 2_500;

/** 10,000 workers in many states and on many hosts, and the logs. */
export async function addBenchRows(
  controller: ReachedController & { readonly database: Pick<TestDatabase, 'query'> },
): Promise<BenchRows> {
  const workers = new BeatingWorkers(controller);
  const builder = await workers.add('builder');
  const long = await builder.claim('scipy', '1.14.0', target);
  await fillLog(controller, long.attempt_id, 1_000_000 / linesOfChunk);
  await controller.database.query('ANALYZE log_chunks');
  const followed = await builder.claim('numpy', '2.1.0', target);
  await addManyWorkers(controller, 9_999);
  await controller.database.query(
    `UPDATE workers SET
       name = CASE WHEN name LIKE 'many-%' THEN 'builder-' || lpad(split_part(name, '-', 2), 5, '0') ELSE name END,
       hostname = 'host-' || (hashtext(id) & 4095) || '.example.org',
       desired_state = CASE hashtext(id) & 15 WHEN 0 THEN 'paused' WHEN 1 THEN 'draining' ELSE desired_state END,
       desired_reason = CASE hashtext(id) & 15 WHEN 0 THEN 'The kernel is being updated.' ELSE desired_reason END,
       -- So that it is not the silence of all that is shown.
       last_heartbeat_at = CASE WHEN hashtext(id) & 7 = 2 THEN last_heartbeat_at ELSE now() + interval '1 hour' END
     WHERE name <> 'builder'`,
  );
  return {
    attemptId: long.attempt_id,
    jobId: long.job.job_id,
    followedId: followed.attempt_id,
    written: new WrittenLog(controller, followed),
    workers,
  };
}
