import type { Page } from 'playwright-core';
import type { TestWorker } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { fillLog, WrittenLog } from './log-rows.ts';
import { basePath, startRoom, type Room } from './room.ts';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const esc = '\u001b';
const failedLog = `--- prepare: lxml 5.3.0 for cp312 manylinux_2_28_s390x
$ podman run localhost/ironwheel-build
--- build: lxml 5.3.0 for cp312 manylinux_2_28_s390x
  1%\r 20%\r 65%\r100% fetched
${esc}[32mBuilding${esc}[0m lxml.etree with ${esc}[1;36mCython${esc}[0m ${esc}[38;2;200;120;0mslowly${esc}[0m
<img src=x onerror="alert(1)"> ${esc}]0;title\u0007\u202etxt.exe
${Array.from({ length: 60 }, (_, index) => `cc -O2 -c src/lxml/part${index}.c`).join('\n')}
src/lxml/etree.c:96:10: ${esc}[31mfatal error:${esc}[0m libxml/xmlversion.h: No such file or directory
compilation terminated.
${'x'.repeat(9_000)}
error: command '/usr/bin/gcc' failed with exit code 1
`;

const log = (page: Page) => page.getByRole('region', { name: /^Log of/ });
const scrollTop = (page: Page): Promise<number> =>
  page.evaluate<number>(`document.querySelector('[data-total]').scrollTop`);
const scrollTo = (page: Page, place: string): Promise<unknown> =>
  page.evaluate(`{ const log = document.querySelector('[data-total]'); log.scrollTop = ${place}; }`);
const rows = (page: Page) => page.locator('[data-line]');

describe.skipIf(!hasChromium)('the log of an attempt', () => {
  let room: Room;
  let worker: TestWorker;
  let failed: string;
  let long: string;

  beforeAll(async () => {
    // On a busy machine a million lines may take longer than an operator would wait.
    room = await startRoom({ env: { LOG_SEARCH_TIMEOUT_MS: '25000' } });
    worker = await room.workers.add('anvil');
    const claim = await worker.claim('lxml', '5.3.0', target);
    failed = claim.attempt_id;
    await new WrittenLog(room.controller, claim).write(failedLog, true);
    await worker.report(claim, []);
    const longClaim = await worker.claim('scipy', '1.14.0', target);
    long = longClaim.attempt_id;
    await fillLog(room.controller, long, 400);
  });
  afterAll(() => room.close());

  it('opens where the failure begins, and goes from error to error', async () => {
    const { page, problems, context } = await room.open(`/logs/${failed}`);
    const cause = page.locator('[data-mark="cause"]');
    await cause.getByText('libxml/xmlversion.h').waitFor();
    expect(await cause.getAttribute('data-line')).toBe('67');
    expect((await cause.boundingBox())?.y).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Next error' }).click();
    await page.getByText('error 1 of 2').waitFor();
    await page.keyboard.press('n');
    await page.getByText('error 2 of 2').waitFor();
    expect(new URL(page.url()).hash).toBe('#L70');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('asks for what it shows first while its scripts are still read, and only once', async () => {
    const { page, context } = await room.open('/overview');
    // On a busy machine that page may only now ask for its stream.
    await page.goto('about:blank');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${room.controller.url}${basePath}/logs/${long}`);
    await log(page).waitFor();
    await expect.poll(() => asked.includes('/api/stream'), { timeout: 10_000 }).toBe(true);
    const one = `/api/attempts/${long}`;
    for (const path of ['/api/session', one, `${one}/log/lines`])
      expect(asked.filter((every) => every === path)).toEqual([path]);
    // Not behind who is signed in, and not behind the state of the attempt.
    expect(asked.indexOf(`${one}/log/lines`)).toBeLessThan(asked.indexOf('/api/stream'));
    await context.close();
  });

  it('shows its first lines before the scripts of the page are there, and the page puts its own in the same place', async () => {
    const { page, problems, context } = await room.open('/overview');
    for (const [attempt, text] of [
      [long, 'line 1000000 cc'],
      [failed, 'libxml/xmlversion.h'],
    ] as const) {
      const line = page.locator('[data-line]', { hasText: text });
      let letScriptsCome = (): void => undefined;
      const held = new Promise<void>((resolve) => (letScriptsCome = resolve));
      await page.route('**/assets/index-*.js', async (route) => {
        await held;
        // Nobody waits for those of a try that was given up.
        await route.continue().catch(() => undefined);
      });
      // What comes later than in 200 ms comes with the page: on a busy machine not every try does.
      const isShownFirst = async (): Promise<boolean> => {
        await page.goto(`${room.controller.url}${basePath}/logs/${attempt}`, { waitUntil: 'commit' });
        return line.waitFor({ timeout: 1_000 }).then(
          () => true,
          () => false,
        );
      };
      await expect.poll(isShownFirst, { timeout: 30_000 }).toBe(true);
      expect(await page.locator('main').count()).toBe(0);
      const before = await line.boundingBox();
      letScriptsCome();
      await log(page).waitFor();
      expect(await line.count()).toBe(1);
      const after = await line.boundingBox();
      expect(after?.x).toBeCloseTo(before?.x ?? 0, 0);
      // What a failed attempt says above its log may take another line, and the lines may be in the window by half.
      expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(attempt === long ? 2 : 60);
      await page.unrouteAll({ behavior: 'wait' });
    }
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('shows hostile output as text, progress as one line, and a long line cut', async () => {
    const { page, problems, context } = await room.open(`/logs/${failed}#L6`);
    const line = page.locator('[data-line="6"]');
    await line.getByText('RLO').waitFor();
    expect(await line.textContent()).toContain('<img src=x onerror="alert(1)"> RLOtxt.exe');
    expect(await page.locator('[data-line="4"]').textContent()).toContain('3 updates100% fetched');
    expect(await page.locator('main img').count()).toBe(0);
    await page.getByRole('button', { name: /First cause/ }).click();
    await page.locator('[data-line="69"]').getByText('more characters').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('a link to lines opens them, and shift and a click make one', async () => {
    const { page, context } = await room.open(`/logs/${long}#L500000-L500002`);
    await page.locator('[data-line="500001"][data-chosen="true"]').getByText('line 0500001').waitFor();
    expect(await page.locator('[data-chosen="true"]').count()).toBe(3);
    await page.locator('[data-line="500004"] a').click();
    await page.locator('[data-line="500006"] a').click({ modifiers: ['Shift'] });
    await page.getByRole('heading', { name: 'Lines 500004 to 500006' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#L500004-L500006');
    // The same by keys.
    await page.locator('[data-line="500004"] a').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Line 500002' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Enter');
    await page.getByRole('heading', { name: 'Lines 500002 to 500003' }).waitFor();
    await context.close();
  });

  it('a million lines: the end at once, few rows, any place, and the search finds what was never read', async () => {
    const { page, problems, context } = await room.open(`/logs/${long}`);
    // Of the page itself, and not those that come before it.
    await log(page).locator('[data-line="1000000"]').getByText('line 1000000').waitFor();
    expect(await rows(page).count()).toBeLessThan(400);
    await scrollTo(page, 'log.scrollHeight / 2');
    await page
      .getByText(/^line 0(?:499|500)\d{3} /)
      .first()
      .waitFor();
    expect(await rows(page).count()).toBeLessThan(400);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('line 0123456');
    await page.locator('[data-line="123456"] mark').getByText('line 0123456').waitFor();
    await page.getByText(/^1 hit$/).waitFor();
    expect(new URL(page.url()).searchParams.get('find')).toBe('line 0123456');
    await scrollTo(page, '0');
    await page.locator('[data-line="1"]').getByText('line 0000001').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('follows what is written, and stops when the reader scrolls up', async () => {
    const claim = await worker.claim('numpy', '2.1.0', target);
    const written = new WrittenLog(room.controller, claim);
    await written.write(Array.from({ length: 200 }, (_, index) => `first ${index}\n`).join(''));
    const { page, problems, context } = await room.open(`/logs/${claim.attempt_id}`);
    await page.getByText('first 199').waitFor();
    await written.write('second half');
    await page.getByText('second half').waitFor();
    await written.write(' of the line\n');
    await page.getByText('second half of the line').waitFor();
    for (let step = 1; step <= 20; step += 1) await written.write(`quick ${step}\n`.repeat(100));
    await page.getByText('quick 20').last().waitFor();
    await log(page).hover();
    await page.mouse.wheel(0, -2_000);
    await page.getByRole('button', { name: 'Follow', exact: true }).waitFor();
    const before = await scrollTop(page);
    await written.write('third\n'.repeat(50));
    await page.getByText('2,251 lines').waitFor();
    expect(await scrollTop(page)).toBe(before);
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await page.getByText('third').first().waitFor();
    await worker.report(claim, []);
    await written.write('', true);
    await page.getByRole('button', { name: 'Go to the end' }).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('stands beside the last success, with what differs', async () => {
    const other = await room.workers.add('bellows');
    await room.controller.database.query(
      `UPDATE jobs SET state = 'cancelled' WHERE state IN ('queued', 'waiting')`,
    );
    const claim = await other.claim('lxml', '5.2.0', target);
    await new WrittenLog(room.controller, claim).write('--- build: it worked\n', true);
    await room.controller.database.query(
      `UPDATE attempts SET state = 'succeeded', finished_at = now(), lease_expires_at = NULL WHERE id = $1`,
      [claim.attempt_id],
    );
    await room.controller.database.query(`UPDATE jobs SET state = 'succeeded' WHERE id = $1`, [
      claim.job.job_id,
    ]);
    const { page, problems, context } = await room.open(`/logs/${failed}`);
    await page.getByRole('button', { name: 'Beside the last success' }).click();
    await page.getByRole('row', { name: /version 5\.3\.0 5\.2\.0/ }).waitFor();
    await page
      .getByRole('region', { name: 'Log of the last success of lxml' })
      .getByText('it worked')
      .waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('can be read by everyone, and asks nobody else', async () => {
    expect(
      await lookAtPage(room, {
        name: 'log',
        path: `/logs/${failed}?find=lxml#L67`,
        ready: (page) => page.locator('[data-line="67"] mark').first().waitFor(),
      }),
    ).toEqual(nothingWrong);
  });
});
