import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addBuilds, type Builds } from './build-rows.ts';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { newEvent, postEvents } from './fleet-rows.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('the history', () => {
  let room: Room;
  let builds: Builds;

  beforeAll(async () => {
    room = await startRoom();
    builds = await addBuilds(room);
    const old = Array.from({ length: 500 }, (_, index) =>
      newEvent({
        name: `old-${String(index).padStart(3, '0')}`,
        timestamp: new Date(Date.UTC(2025, 0, 1, 0, 0, index)).toISOString(),
      }),
    );
    await postEvents(room.controller, old);
  });
  afterAll(() => room.close());

  it('is filtered by the controller, also far back, and the address keeps the filter', async () => {
    const { page, problems, context } = await room.open('/history');
    await page.getByRole('link', { name: 'lxml 5.3.0' }).waitFor();
    await page.getByRole('button', { name: 'Read 500 older ones' }).click();
    await page.getByRole('button', { name: 'Read 500 older ones' }).waitFor({ state: 'detached' });
    await page.getByLabel('Package', { exact: true }).fill('Old.000');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('1 of 1').waitFor();
    await page.getByRole('link', { name: 'old-000 1.0' }).waitFor();
    expect(new URL(page.url()).searchParams.get('package')).toBe('Old.000');
    await page.reload();
    await page.getByRole('link', { name: 'old-000 1.0' }).waitFor();
    await page.getByLabel('Package', { exact: true }).fill('no-such');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No events fit the filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByRole('link', { name: 'lxml 5.3.0' }).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('leads to the log and to the decision of an attempt, and tells of new ones without moving', async () => {
    const { page, problems, context } = await room.open('/history?status=failed');
    const row = page.getByRole('row').filter({ hasText: 'lxml 5.3.0' });
    await row.getByRole('link', { name: 'Decision' }).waitFor();
    await builds.worker.report(
      await builds.worker.claim('numpy', '2.1.0', {
        python_tag: 'cp312',
        platform_tag: 'manylinux_2_28_s390x',
      }),
      [],
    );
    await page.getByRole('button', { name: '1 new – show' }).click();
    await page.getByRole('link', { name: 'numpy 2.1.0' }).waitFor();
    await row.getByRole('link', { name: 'Log' }).click();
    await page.locator('[data-mark="cause"]').getByText('libxml/xmlversion.h').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('can be read by everyone, and asks nobody else', async () => {
    expect(
      await lookAtPage(room, {
        name: 'history',
        path: '/history',
        ready: (page) => page.getByRole('link', { name: 'lxml 5.3.0' }).waitFor(),
      }),
    ).toEqual(nothingWrong);
  });
});
