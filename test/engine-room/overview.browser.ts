import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { hasChromium } from './chromium.ts';
import { newEvent, postEvents } from './fleet-rows.ts';
import { startRoom, type Room } from './room.ts';
import { takePicture } from './take-picture.ts';

describe.skipIf(!hasChromium)('the overview', () => {
  let room: Room;
  beforeAll(async () => {
    room = await startRoom();
  });
  afterAll(() => room.close());

  it('says in one sentence that nothing needs anybody', async () => {
    // As a viewer: the controller's own checks, which operators see, complain of a database that is made for tests.
    const { page, context } = await room.open('/overview', { role: 'viewer' });
    await page.getByRole('heading', { name: 'Nothing needs you.', level: 1 }).waitFor();
    await context.close();
  });

  it('lists what needs a person, what stands still first', async () => {
    const { page, context } = await room.open('/overview', { role: 'viewer' });
    await page.getByRole('heading', { name: 'Nothing needs you.' }).waitFor();
    const die = await room.workers.add('die');
    await room.api('POST', `/workers/${die.id}/quarantine`, { reason: 'Three builds ended with SIGILL.' });
    for (const name of ['numpy', 'lxml'])
      await room.api('POST', '/queue/enqueue', {
        package: name,
        version: '1.0',
        python_tag: 'cp313',
        platform_tag: 'manylinux_2_28_ppc64le',
      });
    await room.api('POST', '/claims/pause', { reason: 'The index is being moved.' });
    await page.getByRole('heading', { name: '2 things need you; 1 holds up work.' }).waitFor();
    const needs = await page
      .getByRole('listitem')
      .filter({ hasText: /^(?:act|look)/ })
      .allInnerTexts();
    await takePicture(page, 'overview');
    expect(needs[0]).toContain('All claims are paused');
    expect(needs.at(-1)).toContain('Worker die is quarantined');
    await context.close();
  });

  it('can be read by everyone with every outcome on it, and asks nobody else', async () => {
    await postEvents(room.controller, [
      newEvent({ name: 'numpy', version: '2.1.0' }),
      newEvent({ name: 'lxml', version: '5.3.0', status: 'failed', detail: 'libxml2 was not found' }),
      newEvent({ name: 'six', version: '1.17.0', status: 'reused' }),
    ]);
    const look = await lookAtPage(room, {
      name: 'overview',
      path: '/overview',
      ready: (page) => page.getByTestId('latest-results').getByText('lxml').waitFor(),
    });
    expect(look).toEqual(nothingWrong);
  });

  it('pauses and resumes all claims, with a reason that stands in the trail', async () => {
    await room.api('POST', '/claims/resume', {});
    const { page, context, problems } = await room.open('/overview', { role: 'operator' });
    await page.getByRole('button', { name: 'Pause all claims' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause all claims' });
    await dialog.getByLabel('Reason').fill('The store is full.');
    await dialog.getByRole('button', { name: 'Pause all claims' }).click();
    await page.getByText('All claims are paused.').waitFor();
    await page.getByRole('button', { name: 'Resume all claims' }).waitFor();
    expect(await room.api('GET', '/claims')).toMatchObject({ paused: true, reason: 'The store is full.' });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('what a viewer may not do is there, and says why', async () => {
    const { page, context } = await room.open('/overview', { role: 'viewer' });
    const button = page.getByRole('button', { name: 'Resume all claims' });
    await button.waitFor();
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(await button.getAttribute('aria-description')).toContain('needs the role operator');
    await button.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await context.close();
  });
});
