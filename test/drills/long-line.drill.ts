import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runner } from '@ironwheel/plugin-kit';
import {
  eventsOf,
  fixturePath,
  makeWorkDirectory,
  mebibyte,
  runAttempt,
  suiteLimits,
} from '@ironwheel/plugin-kit/suites';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProcessRunner } from './open-process-runner.ts';

const lineMebibytes = 2048;
const logLimit = 4 * mebibyte;
const attemptId = `att_long-line-${process.pid}`;
const runnerDirectory = mkdtempSync(join(tmpdir(), 'ironwheel-long-line-'));
const works: string[] = [];
let runner: Runner;
beforeAll(async () => void (runner = await openProcessRunner(runnerDirectory)));
afterAll(async () => {
  await runner.clean(attemptId);
  await runner.close();
  for (const directory of [...works, runnerDirectory]) rmSync(directory, { recursive: true, force: true });
});

const sizeOf = (directory: string): number =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, path) => sum + lstatSync(join(directory, path)).size,
    0,
  );

it('a build that prints one line of 2 GiB is contained: little memory, a bounded log that says so, and its wheel', async () => {
  const probe = await runner.probe();
  const target = {
    pythonTag: probe.pythonTags[0] ?? 'none',
    platformTag: probe.platformTags.at(-1) ?? 'none',
  };
  const work = makeWorkDirectory(fixturePath('prints-endlessly'), target, {
    limits: { log_max_bytes: logLimit },
  });
  works.push(work);
  const run = await runAttempt(runner, attemptId, work, target, {
    environment: { IRON_FIXTURE_MIB: String(lineMebibytes) },
    limits: { ...suiteLimits, timeoutMs: 500_000, diskBytes: 512 * mebibyte },
  });

  expect(eventsOf(run.events, 'error')).toEqual([]);
  expect(run.steps.at(-1)).toMatchObject({ step: 'verify', end: { reason: 'exited', exitCode: 0 } });
  expect(eventsOf(run.events, 'artifact')).toHaveLength(1);

  const output = eventsOf(run.events, 'output').map(({ text }) => text);
  const log = output.join('');
  const finished = eventsOf(run.events, 'step-finished');
  const built = finished.find(({ step }) => step === 'build')!;
  const last = finished.at(-1)!;
  expect(Math.max(...output.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(8192);
  expect(Buffer.byteLength(log)).toBe(last.log_bytes);
  expect(last.log_bytes).toBeLessThanOrEqual(logLimit);
  expect(log).toContain(`the log limit of ${logLimit} bytes is reached`);
  expect(log).toMatch(/\[ironwheel: \d{10} bytes were left out; the last lines follow\]/);
  expect(log).toContain('last words of the build');
  // All of the line was read; what is not in the log is counted.
  expect(last.dropped_bytes).toBeGreaterThan(lineMebibytes * mebibyte - logLimit);
  expect(last.dropped_bytes).toBeLessThanOrEqual(lineMebibytes * mebibyte);

  const peaks = finished.map(({ max_rss_bytes: bytes }) => bytes);
  const ended = run.steps.flatMap(({ end }) => (end.maxRssBytes === null ? [] : [end.maxRssBytes]));
  expect(Math.max(...peaks, ...ended)).toBeLessThan(512 * mebibyte);
  expect(sizeOf(join(work, 'out')) + sizeOf(runnerDirectory)).toBeLessThan(4 * logLimit);
  process.stdout.write(
    `2 GiB in one line: ${Math.round(built.max_rss_bytes / mebibyte)} MiB at most in the build step, ` +
      `${last.log_bytes} bytes of log, ${last.dropped_bytes} left out\n`,
  );
});
