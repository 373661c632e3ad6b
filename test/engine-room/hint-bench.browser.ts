import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { addHint, failWith, longLog, type FailedAttempt } from './hint-rows.ts';
import { hostileText } from './infra-rows.ts';
import { startRoom, type Room } from './room.ts';

const zlib = 'x.c:2:10: fatal error: zlib.h: No such file or directory';

describe.skipIf(!hasChromium)('the test bench of the hints', () => {
  let room: Room;
  let failed: FailedAttempt;

  beforeAll(async () => {
    room = await startRoom();
    const worker = await room.workers.add('anvil');
    failed = await failWith(room, worker, 'lxml', [
      'running build_ext',
      'a.c:1: fatal error: odd.h: No such file',
    ]);
  });
  afterAll(() => room.close());

  const tryIt = (page: Page): Promise<void> => page.getByRole('button', { name: 'Try', exact: true }).click();

  it('shows which hints match a pasted log, at which line, and what they would do', async () => {
    const { page, context, problems } = await room.open('/hints?tab=bench', { role: 'viewer' });
    await tryIt(page);
    await page.getByText('Paste a log, or choose a file.').waitFor();
    const log = page.getByRole('textbox', { name: 'Log' });
    await log.fill(['running build_ext', zlib, 'compilation terminated.'].join('\n'));
    await tryIt(page);
    const line = page.locator('[data-line="2"][data-matched="true"]');
    await line.getByText('matched by builtin-zlib').waitFor();
    expect(await page.locator('[data-matched="true"]').count()).toBe(1);
    const match = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name: 'builtin-zlib' }) });
    await match.getByText('offered', { exact: true }).waitFor();
    expect(await match.textContent()).toMatch(/With aptapt zlib1g-devWith dnfdnf zlib-devel/);
    await log.fill('error: Temporary failure in name resolution');
    await tryIt(page);
    await page.getByText('No saved hint matches.').waitFor();
    await page.getByText('says that no package helps').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('finds the failure in a log of some MB, from a file or pasted', async () => {
    const { page, context, problems } = await room.open('/hints?tab=bench', { role: 'viewer' });
    const { text, line } = longLog(3_500_000, zlib);
    await page
      .getByLabel('A file with the log')
      .setInputFiles({ name: 'build.log', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await page.getByText(/A log of 3\.\d MiB/).waitFor();
    await tryIt(page);
    await page.locator(`[data-line="${line}"][data-matched="true"]`).waitFor();
    await page.getByRole('button', { name: 'Another log' }).click();
    const pasted = longLog(1_500_000, zlib);
    await page.getByRole('textbox', { name: 'Log' }).focus();
    await page.evaluate(`(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(pasted.text)});
      const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.activeElement.dispatchEvent(paste);
    })()`);
    await page.getByText(/A log of 1\.\d MiB/).waitFor();
    await tryIt(page);
    await page.locator(`[data-line="${pasted.line}"][data-matched="true"]`).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('hands the whole draft for a pasted log to a new hint', async () => {
    const { page, context, problems } = await room.open('/hints?tab=bench', { role: 'operator' });
    await page.getByRole('textbox', { name: 'Log' }).fill('/bin/sh: 1: oddtool: not found');
    await tryIt(page);
    const drafted = page.getByRole('region', { name: 'A draft for this log' });
    const note = (await drafted.locator('p').nth(1).textContent()) ?? '';
    await drafted.getByRole('link', { name: 'Make a hint of it' }).click();
    await page.getByRole('textbox', { name: 'Note' }).waitFor();
    expect(note).not.toBe('');
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe(note);
    expect(await page.getByRole('textbox', { name: 'Patterns' }).inputValue()).toContain('oddtool');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('does not read a file that is surely too large', async () => {
    const { page, context, problems } = await room.open('/hints?tab=bench', { role: 'viewer' });
    await page
      .getByLabel('A file with the log')
      .setInputFiles({ name: 'core', mimeType: 'text/plain', buffer: Buffer.alloc(13_000_000, 'x') });
    await page.getByText(/^The file has .* are read\. Cut away/).waitFor();
    expect(await page.getByRole('textbox', { name: 'Log' }).inputValue()).toBe('');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('takes the log of an attempt, also by its job, and keeps it in the address', async () => {
    const { page, context, problems } = await room.open('/hints?tab=bench', { role: 'viewer' });
    const id = page.getByRole('textbox', { name: 'Id of an attempt or a job' });
    await id.fill('srv_1');
    await id.press('Enter');
    await page.getByText('This is not the id of an attempt').waitFor();
    await id.fill(failed.jobId);
    await id.press('Enter');
    await page.locator('[data-line="2"]').getByText('odd.h').waitFor();
    await page.getByText('No saved hint matches.').waitFor();
    expect(new URL(page.url()).searchParams.get('attempt')).toBe(failed.attemptId);
    await page.reload();
    await page.getByRole('link', { name: 'Line 2 of the log' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(failed.attemptId) && url.hash === '#L2');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('tells whether the hint that is being edited matches, before anything is saved', async () => {
    const { id } = await addHint(room, { pattern: 'fatal error: other\\.h', package: 'lxml' });
    const { page, context, problems } = await room.open(`/hints/${id}`, { role: 'operator' });
    await page.getByRole('textbox', { name: 'Log' }).fill('a.c:1: fatal error: odd.h: No such file');
    await tryIt(page);
    await page.getByText('This hint does not match the first error block.').waitFor();
    const patterns = page.getByRole('textbox', { name: 'Patterns' });
    await patterns.fill('fatal error: odd\\.h');
    await page.getByText('The hint was changed since').waitFor();
    await tryIt(page);
    await page.getByText('This hint matches line 1').waitFor();
    await page.locator('[data-line="1"]').getByText('matched by this hint, as it is typed').waitFor();
    expect(await room.api(`GET`, `/hints/${id}`)).toMatchObject({ patterns: ['fatal error: other\\.h'] });

    await patterns.fill('fatal error: (odd\\.h');
    await tryIt(page);
    await page
      .getByRole('form', { name: 'Edit the hint' })
      .getByText('Pattern 1: missing closing ), at character 14')
      .waitFor();
    expect(await patterns.getAttribute('aria-invalid')).toBe('true');
    await patterns.fill('fatal error: odd\\.h');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Nothing was changed.').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('shows a hostile log as text', async () => {
    const { page, context, problems } = await room.open('/hints?tab=bench', { role: 'viewer', width: 390 });
    await page
      .getByRole('textbox', { name: 'Log' })
      .fill(`error: ${hostileText}\u0000 ${'x'.repeat(5_000)}\n${zlib}`);
    await tryIt(page);
    await page.locator('[data-line="1"]').getByText('<img src=x onerror=alert(1)>').waitFor();
    await page.locator('[data-line="1"]').getByText('RLO').waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });
});
