import type { PoolView } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { addServer, hostileText } from './infra-rows.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('the pools', () => {
  let room: Room;

  beforeAll(async () => {
    room = await startRoom();
    await room.api('POST', '/pools', {
      name: 'forge',
      description: hostileText,
      profiles: { 'files.example.org': 'low_hit' },
      max_jobs: 8,
    });
    await addServer(room, 'anvil', { pool: 'forge' });
  });
  afterAll(() => room.close());

  const read = (name: string) => room.api<PoolView & Record<string, unknown>>('GET', `/pools/${name}`);

  it('are made, scaled, made the default and archived', async () => {
    const { page, context, problems } = await room.open('/pools');
    await page.getByRole('button', { name: 'Create a pool' }).click();
    const create = page.getByRole('dialog', { name: 'Create a pool' });
    await create.getByLabel('Name').fill('Slow');
    await create.getByText('expected a pool name').waitFor();
    await create.getByLabel('Name').fill('slow');
    await create.getByLabel('Most jobs at once').fill('2');
    await create.getByRole('button', { name: 'Add a provider' }).click();
    await create.getByLabel('Provider 1', { exact: true }).fill('mirror.example.org');
    await create.getByLabel('Profile of provider 1').selectOption('warmup');
    await create.getByRole('button', { name: 'Create' }).click();
    await create.waitFor({ state: 'detached' });
    expect(await read('slow')).toMatchObject({ max_jobs: 2, profiles: { 'mirror.example.org': 'warmup' } });

    const act = async (label: RegExp): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for slow' }).click();
      await page.getByRole('menuitem', { name: label }).click();
    };
    // What is new waits until it is asked for.
    await page.getByRole('button', { name: '1 new – show' }).click();
    await act(/^Scale/);
    const scale = page.getByRole('dialog', { name: 'Scale slow' });
    await scale.getByLabel('Most jobs at once').fill('many');
    expect(await scale.getByRole('button', { name: 'Scale' }).isDisabled()).toBe(true);
    await scale.getByLabel('Most jobs at once').fill('0');
    await scale.getByText('Nothing new is granted.').waitFor();
    await scale.getByLabel('Reason').fill('The mirror is being moved.');
    await scale.getByRole('button', { name: 'Scale' }).click();
    await page.getByRole('row', { name: /slow.*takes nothing new/ }).waitFor();
    expect(await read('slow')).toMatchObject({ max_jobs: 0 });

    await act(/^Make it the default/);
    await page.getByRole('dialog').getByRole('button', { name: 'Make it the default' }).click();
    await page.getByRole('row', { name: /slow default/ }).waitFor();
    expect(await read('slow')).toMatchObject({ is_default: true });
    await page.getByRole('button', { name: 'Actions for slow' }).click();
    await page.getByText('It is the default pool; make another one the default first.').waitFor();
    await page.keyboard.press('Escape');

    await room.api('POST', '/pools/default/set-default', {});
    await page.getByRole('row', { name: /default default/ }).waitFor();
    await act(/^Archive/);
    const archive = page.getByRole('dialog', { name: 'Archive slow' });
    await archive.getByText('Nothing is in the way').waitFor();
    await archive.getByLabel('Reason').fill('It is used no more.');
    await archive.getByLabel('Type slow to confirm').fill('slow');
    await archive.getByRole('button', { name: 'Archive' }).click();
    await archive.waitFor({ state: 'detached' });
    expect((await read('slow')).archived_at).not.toBeNull();
    await page.getByRole('link', { name: 'Archived' }).click();
    await page.getByRole('link', { name: 'slow' }).waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('say before they are archived what is in the way', async () => {
    const { page, context } = await room.open('/pools/forge');
    await page.getByRole('button', { name: 'Archive…' }).click();
    await page.getByRole('dialog').getByText('It would be refused').waitFor();
    await page.getByRole('dialog').getByText('1 server in it (anvil)').waitFor();
    await context.close();
  });

  it('are edited in two tabs without one overwriting the other', async () => {
    await room.api('POST', '/pools', { name: 'twice' });
    const { page, context, problems } = await room.open('/pools/twice');
    await page.getByLabel('Description').fill('mine');
    await room.api('PATCH', '/pools/twice', { description: 'theirs' });
    await page.getByText('This pool was changed while you edited it').waitFor();
    expect(await read('twice')).toMatchObject({ description: 'theirs' });
    await page.getByRole('button', { name: 'Go on with mine on top of it' }).click();
    await page.getByRole('button', { name: 'Add a provider' }).click();
    await page.getByLabel('Provider 1', { exact: true }).fill('files.example.org');
    await page.getByLabel('Profile of provider 1').selectOption('low_hit');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /low_hit.*files\.example\.org/ }).waitFor();
    expect(await read('twice')).toMatchObject({
      description: 'mine',
      profiles: { 'files.example.org': 'low_hit' },
    });
    await page.getByText('Nothing was changed.').waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('are scaled by operators and archived by administrators', async () => {
    const operator = await room.open('/pools/forge', { role: 'operator' });
    expect(await operator.page.getByRole('button', { name: 'Scale…' }).getAttribute('aria-disabled')).toBe(
      'false',
    );
    expect(await operator.page.getByRole('button', { name: 'Archive…' }).getAttribute('aria-disabled')).toBe(
      'true',
    );
    await operator.page.getByRole('link', { name: '1 server of forge' }).click();
    await operator.page.getByRole('link', { name: 'Manage anvil' }).waitFor();
    await operator.context.close();
  });
});
