import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, screenshots } from './chromium.ts';
import { findBarriers } from './check-page.ts';
import { newEvent, postEvents } from './fleet-rows.ts';
import { startRoom, type Room } from './room.ts';

const markup = '<img src=x onerror="alert(1)"><script>alert(2)</script><style>body{display:none}</style>';
const turning = 'safe\u202Egnp.exe \u2067\u001b[31mred\u001b[0m\u0007 \u200b';
const long = 'n'.repeat(10_000);

describe.skipIf(!hasChromium)('what strangers write', () => {
  let room: Room;
  let worker: string;
  beforeAll(async () => {
    room = await startRoom();
    worker = (
      await room.workers.add('a'.repeat(63), {
        health: { ok: false, problems: [markup, turning, long].map((text, n) => ({ code: `P${n}`, text })) },
      })
    ).id;
    await room.api('POST', `/workers/${worker}/quarantine`, { reason: `${markup} ${turning}`.slice(0, 500) });
    await postEvents(room.controller, [
      newEvent({ detail: `${markup} ${turning} ${'d'.repeat(3_500)}` }),
      newEvent({ name: 'n'.repeat(200), version: '9'.repeat(100) }),
    ]);
  });
  afterAll(() => room.close());

  it.each(['/overview', '/workers', '/worker'])('changes nothing but text: %s', async (name) => {
    const path = name === '/worker' ? `/workers/${worker}` : name;
    for (const width of [1440, 390] as const) {
      const { page, context, problems } = await room.open(path, { width });
      await page.getByText('<img src=x onerror="alert(1)">').first().waitFor({ state: 'attached' });
      await page.getByText('RLO', { exact: true }).first().waitFor({ state: 'attached' });
      expect(await page.locator('img[src="x"], main script, main style:not([nonce])').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await page.evaluate<string>('document.body.innerText')).not.toMatch(
        /[\u202e\u2067\u001b\u0007]/,
      );
      expect(await findBarriers(page)).toEqual([]);
      expect(problems).toEqual({ errors: [], foreign: [] });
      await page.screenshot({
        path: `${screenshots}/hostile${name.replace('/', '-')}-light-${width}.png`,
        fullPage: true,
      });
      await context.close();
    }
  });
});
