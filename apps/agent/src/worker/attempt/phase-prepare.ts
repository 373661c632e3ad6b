import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptContext } from './attempt-context.ts';
import type { PhaseOutcome } from './attempt-failure.ts';
import { isKeptByController, toDriverJob } from './driver-job.ts';
import { fetchBuildWheels } from './fetch-build-wheels.ts';
import { fetchKeptSource } from './fetch-kept-source.ts';
import { runSteps } from './run-steps.ts';

/** The work directory, the source that the controller keeps, `job.json`, and the driver's first step. */
export async function runPreparePhase(context: AttemptContext): Promise<PhaseOutcome> {
  const { claim, record, settings } = context;
  await mkdir(record.workDirectory, { recursive: true, mode: 0o755 });
  const { source } = claim.job;
  if (source !== null && isKeptByController(source)) {
    const fetched = await fetchKeptSource(context, source);
    if (fetched.kind !== 'done') return fetched;
  }
  const given = await fetchBuildWheels(context, claim.build_wheels ?? []);
  if (given.kind !== 'done') return given;
  const job = JSON.stringify(toDriverJob(claim, settings), null, 2);
  await writeFile(join(record.workDirectory, 'job.json'), `${job}\n`, { mode: 0o644 });
  return runSteps(context, 'prepare', ['prepare']);
}
