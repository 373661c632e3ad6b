import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, screenshots } from './chromium.ts';
import { findBarriers } from './check-page.ts';
import { addLargePlan, targetEnv } from './plan-rows.ts';
import { startRoom, type Room } from './room.ts';

const markup = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
const turning = 'safe\u202Egnp.exe \u200b';
const noProblems = { errors: [], foreign: [] };

describe.skipIf(!hasChromium)('plans that are large or made to harm', () => {
  let room: Room;
  beforeAll(async () => {
    room = await startRoom({ env: targetEnv });
    await addLargePlan(room, 'large', 3_000);
  });
  afterAll(() => room.close());

  it('three thousand packages are a list, and a graph of those that matter', async () => {
    const { page, problems, context } = await room.open('/plans/large');
    await page.getByText('3,000 of 3,000').waitFor();
    expect(await page.locator('tbody tr[data-index]').count()).toBeLessThan(100);
    await page.getByRole('link', { name: 'Graph', exact: true }).click();
    await page.locator('[data-box]').first().waitFor();
    expect(await page.locator('[data-box]').count()).toBe(300);
    await page.getByText('300 of 3,000 packages are shown').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.screenshot({ path: `${screenshots}/plan-large-light-1440.png`, fullPage: true });

    // Looking at one of them leaves few; the way back is in reach.
    await page.locator('[data-box]').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Look around/ }).click();
    await page.getByRole('button', { name: 'Show the whole plan again' }).waitFor();
    const chosen = new URL(page.url()).searchParams.get('focus') ?? '';
    await page.locator(`[data-box="${chosen}"][aria-pressed="true"]`).waitFor();
    expect(await page.locator('[data-box]').count()).toBeLessThanOrEqual(300);

    // One that did not fit is there as soon as it is asked for.
    await page.goto(`${page.url().split('?')[0] ?? ''}?view=graph&node=p0000%201.0`);
    await page.locator('[data-box="p0000 1.0"][aria-pressed="true"]').waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('what strangers write changes nothing but text', async () => {
    await room.api('POST', '/plan', {
      run_id: 'hostile',
      plan: [
        {
          name: 'n'.repeat(40),
          version: markup.slice(0, 100),
          python_tag: 'cp312',
          platform_tag: 'any',
          action: 'build',
        },
        { name: 'm'.repeat(200), version: '1.0', python_tag: 'cp312', platform_tag: 'any', action: 'reuse' },
      ],
    });
    await room.controller.database.query(
      `UPDATE plans SET document = jsonb_set(jsonb_set(document, '{notes}', $1::jsonb), '{nodes,0}',
         document->'nodes'->0 || $2::jsonb) WHERE run_id = 'large'`,
      [
        JSON.stringify([`${markup} ${turning}`, 'l'.repeat(5_000)]),
        JSON.stringify({
          reason: { code: 'excluded', text: `${markup} ${turning}` },
          path: [`${markup} ${turning}`],
          requested_by: [`${markup} ${turning} ${'w'.repeat(3_000)}`],
          requires_python: `${markup} ${turning}`,
          extras: [turning, markup],
        }),
      ],
    );
    for (const path of [
      '/plans',
      '/plans/hostile',
      '/plans/hostile?view=graph',
      '/plans/large?node=p0000%201.0',
      '/plans/large?view=graph&focus=p0000%201.0&node=p0000%201.0',
    ]) {
      for (const width of [1440, 390] as const) {
        const { page, problems, context } = await room.open(path, { width });
        await page
          .getByText(path === '/plans' ? 'snapshot' : '<img src=x')
          .first()
          .waitFor({ state: 'attached' });
        expect(await page.locator('img[src="x"], main script, main style:not([nonce])').count()).toBe(0);
        expect(
          await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
          path,
        ).toBeLessThanOrEqual(0);
        expect(await page.evaluate<string>('document.body.innerText')).not.toMatch(/[\u202e\u200b]/);
        expect(problems).toEqual(noProblems);
        await context.close();
      }
    }
  });
});
