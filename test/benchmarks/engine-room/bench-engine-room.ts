// npm run bench:engine-room [-- --samples 15 --profile DIR]: the pages in Chromium with many workers and a long log.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { startBrowser } from '../../engine-room/chromium.ts';
import { measurePages } from '../../engine-room/page-sizes.ts';
import { signIn } from '../../engine-room/sign-in.ts';
import { BenchStage, token } from '../fleet/bench-stage.ts';
import { addBenchRows } from './engine-room-rows.ts';
import { countRows, measureFirstLines, measureLink, watchLines } from './measure-log.ts';
import { measureTable } from './measure-table.ts';
import { profileCpu, takeSlowness, watchSlowness, type Slowness, type Times } from './watch-time.ts';

const mostLogRows = 400;
const mostPageBytes = 250_000;

const { values } = parseArgs({
  options: { samples: { type: 'string', default: '15' }, profile: { type: 'string' } },
});
const samples = Number(values.samples);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const judge = (isHeld: boolean): string => {
  if (!isHeld) process.exitCode = 1;
  return isHeld ? 'held' : 'MISSED';
};

function sayTimes(times: readonly Times[]): void {
  const inMs = (ms: number): string => `${ms.toFixed(0).padStart(6)} ms`;
  say(`  ${''.padEnd(54)}    median       p75     worst  goal`);
  for (const { what, median, p75, worst, goalMs } of times) {
    const goal = goalMs === null ? '' : `< ${goalMs} ms ${judge(worst < goalMs)}`;
    say(`  ${what.padEnd(54)} ${inMs(median)} ${inMs(p75)} ${inMs(worst)}  ${goal}`);
  }
}
const saySlowness = (what: string, { longestTaskMs, slowestEventMs }: Slowness): void =>
  say(
    `  ${what}: longest task ${longestTaskMs.toFixed(0)} ms, slowest event by the browser's own timing ${slowestEventMs.toFixed(0)} ms`,
  );

/** With a profile of the processor where one is wanted. */
async function profiled(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  if (values.profile === undefined) return act();
  mkdirSync(values.profile, { recursive: true });
  writeFileSync(join(values.profile, `${name}.cpuprofile`), await profileCpu(page, act));
}

const stage = await BenchStage.open();
const browser = await startBrowser();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stage.controller?.kill('SIGKILL');
    process.exit(1);
  });
}
try {
  say(
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, load ${loadavg()[0]?.toFixed(2) ?? '?'}; Node ${process.versions.node}, Chromium ${browser.version()} without a screen; ${samples} of each`,
  );
  await stage.startController({});
  const url = stage.url(false);
  const rows = await addBenchRows({
    url,
    adminToken: token,
    database: {
      query: async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
        (await stage.pool.query(text, [...parameters])).rows as Row[],
    },
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  await context.addInitScript({ content: watchSlowness + watchLines });
  await signIn(context, url, token);
  const page = await context.newPage();
  const at = (path: string): string => `${url}/verifier-engine-room${path}`;

  say('\n10,000 workers in the table, from the event to the end of the frame that shows its result');
  await page.goto(at('/workers'));
  await page.getByText('10,000 of 10,000').waitFor({ timeout: 60_000 });
  await profiled(page, 'table', async () => {
    const { times, acting, resting, mostRows } = await measureTable(page, samples);
    sayTimes(times);
    saySlowness('while somebody acts', acting);
    saySlowness('while the list is read again', resting);
    say(`  rows in the document: ${mostRows} at most`);
  });

  say('\nA log of 1,000,000 lines');
  const address = at(`/logs/${rows.attemptId}`);
  await profiled(page, 'log', async () => {
    sayTimes([
      ...(await measureFirstLines(page, address, samples)),
      await measureLink(page, at(`/jobs/${rows.jobId}`), samples),
    ]);
  });
  const counts = await countRows(page, {
    address,
    followed: at(`/logs/${rows.followedId}`),
    written: rows.written,
  });
  for (const [how, count] of Object.entries(counts))
    say(
      `  lines in the document while ${how}: ${count} at most, goal < ${mostLogRows} ${judge(count < mostLogRows)}`,
    );
  saySlowness('while following', await takeSlowness(page));
  rows.workers.stop();

  say('\nScripts of the first load, packed by gzip');
  for (const [name, bytes] of [...measurePages()].sort((left, right) => right[1] - left[1]))
    say(
      `  ${name.replace('src/pages/', '').padEnd(54)} ${(bytes / 1000).toFixed(1).padStart(7)} kB  ${judge(bytes < mostPageBytes)}`,
    );
} finally {
  await browser.close();
  await stage.close();
}
