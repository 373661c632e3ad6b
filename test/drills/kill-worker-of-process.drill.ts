import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Claim } from '@ironwheel/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../guards/repository-files.ts';
import { until } from './drill-process.ts';
import { DrillStage } from './drill-stage.ts';

const runner = { RUNNER: 'process', IRONWHEEL_ALLOW_PROCESS_RUNNER: 'true' };
const canCompile =
  spawnSync('python3', [
    '-c',
    'import ensurepip, os, shutil, sysconfig, sys; sys.exit(not (shutil.which("cc") and os.path.exists(sysconfig.get_path("include") + "/Python.h")))',
  ]).status === 0;

let stage: DrillStage;
beforeEach(() => {
  stage = new DrillStage();
});
afterEach(() => stage.close());

/** Hands in a real sdist with C code and queues its build from source. */
const queueSample = async (): Promise<void> => {
  const sdists = join(stage.directory, 'sdists');
  mkdirSync(sdists);
  const made = spawnSync('python3', [join(repositoryRoot, 'samples/make-sdists.py'), sdists, 'checksum'], {
    encoding: 'utf8',
  });
  expect(made.stderr).toBe('');
  const command = stage.startCommand('build', '--wheels', sdists, '--detach', '--json');
  const { code } = await command.ended;
  expect({ code, lines: code === 0 ? [] : command.lines }).toEqual({ code: 0, lines: [] });
};

/** The claim that a worker keeps beside a build whose sources are fetched. */
const claimPastFetch = (state: string): Claim | null => {
  for (const directory of stage.attemptsOf(state)) {
    if (!existsSync(join(directory, 'work', 'out', 'requires.jsonl'))) continue;
    return (JSON.parse(readFileSync(join(directory, 'attempt.json'), 'utf8')) as { claim: Claim }).claim;
  }
  return null;
};

describe.skipIf(!canCompile)(
  'kill -9 of a worker that compiles (needs a C compiler and Python headers)',
  () => {
    it('another worker builds the wheel, once; what the first would still upload is refused', async () => {
      await stage.startController({ CLAIM_LEASE_S: '6', CLAIM_GRACE_MIN_S: '3' });
      const first = await stage.startWorker('first', runner);
      await queueSample();
      const claim = await until(
        'the build',
        () => claimPastFetch(first.state),
        () => stage.tell(),
      );
      await first.process.kill();

      await stage.startWorker('second', runner);
      const job = await until(
        'the wheel of the second worker',
        async () => {
          const found = await stage.job(claim.job.job_id);
          return found.state === 'succeeded' ? found : null;
        },
        () => stage.tell(),
      );
      const winner = job.attempts.find(({ state }) => state === 'succeeded');
      expect(winner?.worker_name).toBe('second');
      expect(job.attempts.filter(({ state }) => state !== 'succeeded').map(({ state }) => state)).toEqual([
        'lost',
      ]);

      const late = await fetch(`${stage.url}/api/attempts/${claim.attempt_id}/artifacts/${job.wheel ?? ''}`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${claim.attempt_token}`,
          'content-type': 'application/octet-stream',
          'x-content-sha256': '0'.repeat(64),
        },
        body: 'late',
      });
      expect({ status: late.status, ...((await late.json()) as { error: string }) }).toMatchObject({
        status: 409,
        error: 'LEASE_LOST',
      });
      const { items } = await stage.get<{ items: { filename: string }[] }>('/api/artifacts?limit=100');
      expect(items.filter(({ filename }) => filename === job.wheel)).toHaveLength(1);
    });
  },
);
