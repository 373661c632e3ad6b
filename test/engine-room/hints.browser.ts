import type { HintView } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { addHint, addTwoFailures, type FailedAttempt } from './hint-rows.ts';
import { hostileText } from './infra-rows.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('the hints', () => {
  let room: Room;
  let mended: FailedAttempt;
  let unknown: FailedAttempt;

  beforeAll(async () => {
    room = await startRoom();
    ({ mended, unknown } = await addTwoFailures(room));
  });
  afterAll(() => room.close());

  const read = (id: string) => room.api<HintView & Record<string, unknown>>('GET', `/hints/${id}`);

  it('stand in one table, which the address filters', async () => {
    const { page, context, problems } = await room.open('/hints', { role: 'viewer' });
    const row = page
      .getByRole('row')
      .filter({ has: page.getByRole('link', { name: 'builtin-xml', exact: true }) });
    await row.waitFor();
    // The one that was applied comes first: its next attempt failed at another place.
    expect(await row.textContent()).toMatch(/enabled.*libxml2-dev.*every package.*catalogue.*1.*0 % \(0–/);
    await page.getByRole('combobox', { name: 'Filter by kind' }).selectOption('build requirements');
    await row.waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'Filter by kind' }).selectOption('');
    await page.getByRole('searchbox', { name: 'Filter the hints' }).fill('xmlsec');
    await page.getByRole('link', { name: 'builtin-xmlsec', exact: true }).waitFor();
    await row.waitFor({ state: 'detached' });
    await page.waitForURL((url) => url.searchParams.get('q') === 'xmlsec');
    await page.reload();
    await page.getByRole('link', { name: 'builtin-xmlsec', exact: true }).click();
    await page.getByRole('heading', { name: 'builtin-xmlsec' }).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('show where they were applied, with the job, the line, the decision and what came of it', async () => {
    const { page, context, problems } = await room.open('/hints/builtin-xml', { role: 'viewer' });
    const row = page.getByRole('table', { name: 'Applications of this hint' }).getByRole('row').nth(1);
    await row.getByText('failed elsewhere').waitFor();
    await page
      .getByText('Applied once: 0 succeeded then, 1 failed at another place, 0 at the same')
      .waitFor();
    expect(await row.getByRole('link', { name: 'Why' }).getAttribute('href')).toContain(mended.attemptId);
    expect(await row.getByRole('link', { name: 'its log' }).getAttribute('href')).toContain(
      unknown.attemptId,
    );
    expect(await row.getByRole('link', { name: 'lxml 5.3.0' }).getAttribute('href')).toContain(mended.jobId);
    await row.getByRole('link', { name: '2', exact: true }).click();
    await page.waitForURL((url) => url.pathname.endsWith(mended.attemptId) && url.hash === '#L2');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('are retired and deleted, and those of the catalogue put back, after what hangs on them was told', async () => {
    const { page, context, problems } = await room.open('/hints/builtin-xml');
    const dialog = page.getByRole('dialog');
    const heading = page.getByRole('main').locator('h1 + *');
    expect(await page.getByRole('button', { name: 'Put back…' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Retire…' }).click();
    await dialog.getByText('It was applied once; success 0 %').waitFor();
    expect(await read('builtin-xml')).toMatchObject({ enabled: true });
    await dialog.getByRole('button', { name: 'Retire' }).click();
    await heading.getByText('retired').waitFor();
    expect(await read('builtin-xml')).toMatchObject({ enabled: false, revision: 1 });
    await page.getByText('PUT /api/hints/:id').waitFor();
    await page.getByRole('button', { name: 'Put back…' }).click();
    await dialog.getByText('It was applied once').waitFor();
    await dialog.getByRole('button', { name: 'Put back' }).click();
    await heading.getByText('enabled').waitFor();
    expect(await read('builtin-xml')).toMatchObject({ enabled: true, revision: 0 });

    await room.api('POST', '/queue/enqueue', {
      package: 'standing',
      version: '1.0',
      python_tag: 'cp399',
      platform_tag: 'manylinux_2_28_s390x',
    });
    const { id } = await addHint(room, { pattern: null, package: 'standing' });
    await page.goto(page.url().replace('builtin-xml', id));
    await page.getByRole('button', { name: 'Delete…' }).click();
    await dialog.getByText('1 queued job of standing').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(/\/hints$/);
    await expect(read(id)).rejects.toThrow('HINT_NOT_FOUND');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('can be read by a viewer, who is told why nothing can be done', async () => {
    const { page, context, problems } = await room.open('/hints/builtin-zlib', { role: 'viewer' });
    const retire = page.getByRole('button', { name: 'Retire…' });
    expect(await retire.getAttribute('aria-disabled')).toBe('true');
    expect(await retire.getAttribute('aria-description')).toContain('This needs the role operator');
    await retire.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Patterns' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByText('This needs the role operator').first().waitFor();
    await page.goto(page.url().replace('builtin-zlib', 'new'));
    await page.getByText('This needs the role operator').first().waitFor();
    expect(await page.getByRole('button', { name: 'Make the hint' }).isDisabled()).toBe(true);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('change nothing but text, whatever stands in them', async () => {
    const { id } = await addHint(room, {
      // What opens a class of characters would be no pattern.
      patterns: [hostileText.replace('[', '\\[')],
      pattern: undefined,
      note: `${hostileText}\n${'n'.repeat(1_900)}`,
      recipes: { env: { A: hostileText } },
    });
    for (const path of ['/hints?q=onerror', `/hints/${id}`]) {
      const { page, context, problems } = await room.open(path, { width: 390 });
      await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
      await page.getByText('RLO').first().waitFor();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await page.evaluate<string>('document.body.innerText')).not.toMatch(/[\u202e\u001b]/);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(problems).toEqual({ errors: [], foreign: [] });
      await context.close();
    }
  });

  it('can be read by everyone, and ask nobody else', async () => {
    const looks = [
      { name: 'hints', path: '/hints', text: 'builtin-xml' },
      { name: 'hints-suggestions', path: '/hints?tab=suggestions', text: 'The header strange/thing.h' },
      { name: 'hints-bench', path: `/hints?tab=bench&attempt=${mended.attemptId}`, text: 'matched by' },
      { name: 'hint', path: '/hints/builtin-xml', text: 'failed elsewhere' },
      { name: 'hint-new', path: `/hints/new?attempt=${unknown.attemptId}`, text: 'A draft for this log' },
    ];
    for (const { text, ...look } of looks) {
      expect(
        await lookAtPage(room, { ...look, ready: (page) => page.getByText(text).first().waitFor() }),
        look.name,
      ).toEqual(nothingWrong);
    }
  });
});
