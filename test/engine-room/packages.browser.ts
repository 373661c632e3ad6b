import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addBuilds, type Builds } from './build-rows.ts';
import { hasChromium } from './chromium.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('packages, their failures and their wheels', () => {
  let room: Room;
  let builds: Builds;

  beforeAll(async () => {
    room = await startRoom({ env: { ARTIFACT_STORE_RESERVE_BYTES: '0' } });
    builds = await addBuilds(room);
  });
  afterAll(() => room.close());

  it('a package shows versions against targets, and its install command', async () => {
    const { page, problems, context } = await room.open('/packages');
    await page.getByRole('link', { name: 'six' }).click();
    const matrix = page.getByRole('region', { name: 'Wheels by version and target' });
    await matrix.getByRole('row').filter({ hasText: '1.16.0' }).getByText('served').waitFor();
    await matrix
      .getByRole('row')
      .filter({ hasText: '1.17.0' })
      .getByText('failed', { exact: true })
      .waitFor();
    const { url } = await room.api<{ url: string }>('GET', `/artifacts/${builds.six.sha256}`);
    expect(await page.getByLabel('Install command').textContent()).toBe(
      `pip install --index-url ${url.split('/files/')[0] ?? ''}/simple/ six==1.16.0`,
    );
    await matrix.getByRole('button', { name: 'Actions for six 1.17.0 for cp312' }).click();
    await page.getByRole('menuitem', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.waitFor({ state: 'detached' });
    await matrix.getByRole('row').filter({ hasText: '1.17.0' }).getByText('queued').waitFor();
    const { items } = await room.api<{ items: { state: string }[] }>('GET', '/jobs?package=six&state=queued');
    expect(items).toHaveLength(1);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('failures that say the same stand together, and their jobs are retried together', async () => {
    const { page, problems, context } = await room.open('/failures', { role: 'operator' });
    const card = page.getByRole('article').filter({ hasText: 'The compiler failed.' });
    await card.getByText('on one worker only').waitFor();
    await card.getByRole('button', { name: 'Retry 3 jobs' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('pyyaml 1.17.1 for cp312').waitFor();
    await dialog.getByLabel('Reason').fill('The image has the headers now.');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { items } = await room.api<{ items: unknown[] }>('GET', '/jobs?state=failed');
    expect(items).toEqual([]);
    await page.getByRole('tab', { name: 'By package, 30 days' }).click();
    await page.getByRole('link', { name: 'lxml' }).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('a wheel is yanked when its name is typed, and offered again', async () => {
    const { page, problems, context } = await room.open('/artifacts', { role: 'operator' });
    await page.getByRole('link', { name: builds.six.filename }).click();
    await page.getByRole('button', { name: 'Yank' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Yank' });
    await dialog.getByLabel('Reason').fill('Built with a broken compiler.');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill(builds.six.filename);
    await confirm.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Reason: Built with a broken compiler.').waitFor();
    expect(await room.api('GET', `/artifacts/${builds.six.sha256}`)).toMatchObject({
      yanked: 'Built with a broken compiler.',
    });
    await page.getByRole('button', { name: 'Take the yank back' }).click();
    await dialog.getByRole('button', { name: 'Offer again' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await room.api('GET', `/artifacts/${builds.six.sha256}`)).toMatchObject({ yanked: false });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });
});
