import type { ServerView } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { BeatingWorkers } from './fleet-rows.ts';
import { addServer, addWorkerOf } from './infra-rows.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('editing a server', () => {
  let room: Room;
  let workers: BeatingWorkers;

  beforeAll(async () => {
    room = await startRoom();
    workers = new BeatingWorkers(room.controller);
    await room.api('POST', '/pools', { name: 'forge' });
  });
  afterAll(async () => {
    workers.stop();
    await room.close();
  });

  const read = (id: string) => room.api<ServerView & Record<string, unknown>>('GET', `/servers/${id}`);

  it('changes what is known of it, and its workers follow it into another pool', async () => {
    const id = await addServer(room, 'anvil', { labels: { arch: 's390x' } });
    const worker = await addWorkerOf(room.controller, workers, id, 'anvil-worker');
    const { page, context, problems } = await room.open(`/servers/${id}/edit`);
    await page.getByLabel('Pool').selectOption('forge');
    await page.getByLabel('Labels').fill('arch=s390x\nBad label=1');
    await page.getByText('expected a label such as arch or z_generation').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByLabel('Labels').fill('arch=s390x\nz_generation=z15');
    await page.getByLabel('Reason').fill('It moves to the other hall.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(`/servers/${id}`));
    expect(await read(id)).toMatchObject({
      pool: 'forge',
      labels: { arch: 's390x', z_generation: 'z15' },
      revision: 2,
    });
    expect(await room.api('GET', `/workers/${worker.id}`)).toMatchObject({ pool: 'forge' });
    const audit = await room.api<{ items: { reason: string }[] }>('GET', `/audit?subject=${id}`);
    expect(audit.items[0]?.reason).toBe('It moves to the other hall.');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('in two tabs is a conflict that overwrites nothing', async () => {
    const id = await addServer(room, 'bellows');
    const [first, second] = [await room.open(`/servers/${id}/edit`), await room.open(`/servers/${id}/edit`)];
    // The second hears nothing of the first: its save is what finds out.
    await second.page.getByRole('button', { name: /: pause$/ }).click();
    await first.page.getByLabel('Description').fill('The first was here.');
    await second.page.getByLabel('Description').fill('The second was here.');
    await second.page.getByLabel('Address').fill('192.0.2.9');
    await first.page.getByRole('button', { name: 'Save' }).click();
    await first.page.waitForURL((url) => url.pathname.endsWith(`/servers/${id}`));
    await second.page.getByRole('button', { name: 'Save' }).click();
    const conflict = second.page.getByRole('alert').filter({ hasText: 'was changed while you edited it' });
    await conflict.waitFor();
    await conflict
      .getByRole('row', { name: /Description.*The first was here\..*The second was here\./ })
      .waitFor();
    expect(await read(id)).toMatchObject({ description: 'The first was here.', address: '', revision: 2 });
    expect(await second.page.getByLabel('Description').inputValue()).toBe('The second was here.');
    await conflict.getByRole('button', { name: 'Go on with mine on top of it' }).click();
    await second.page.getByRole('button', { name: 'Save' }).click();
    await second.page.waitForURL((url) => url.pathname.endsWith(`/servers/${id}`));
    expect(await read(id)).toMatchObject({ description: 'The second was here.', address: '192.0.2.9' });
    for (const { problems, context } of [first, second]) {
      expect(problems).toEqual({ errors: [], foreign: [] });
      await context.close();
    }
  });

  it('hears of the change of another before it is saved, and asks before typed text is lost', async () => {
    const id = await addServer(room, 'crucible');
    const { page, context, problems } = await room.open(`/servers/${id}/edit`);
    await page.getByLabel('Address').fill('192.0.2.1');
    await room.api('PATCH', `/servers/${id}`, { description: 'changed elsewhere' });
    await page.getByText('This server was changed while you edited it').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'Back to the server' }).click();
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Stay' })
      .click();
    expect(await page.getByLabel('Address').inputValue()).toBe('192.0.2.1');
    await page.getByRole('button', { name: 'Drop mine' }).click();
    expect(await page.getByLabel('Description').inputValue()).toBe('changed elsewhere');
    expect(await page.getByLabel('Address').inputValue()).toBe('');
    await page.getByRole('link', { name: 'Back to the server' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(`/servers/${id}`));
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('archives by its name and a reason only', async () => {
    const id = await addServer(room, 'dross');
    const { page, context, problems } = await room.open(`/servers/${id}/edit`);
    await page.getByRole('button', { name: 'Archive…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Archive dross' });
    await dialog.getByText('It builds nothing.').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Archive' });
    await dialog.getByLabel('Reason').fill('It went back to its owner.');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type dross to confirm').fill('dross');
    await confirm.click();
    await page.getByText('It is archived; nothing of it can be changed.').waitFor();
    expect((await read(id)).archived_at).not.toBeNull();
    const audit = await room.api<{ items: { reason: string }[] }>('GET', `/audit?subject=${id}`);
    expect(audit.items[0]?.reason).toBe('It went back to its owner.');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('says to those who may not why', async () => {
    const id = await addServer(room, 'engine', { description: 'Third rack.', labels: { arch: 's390x' } });
    const { page, context } = await room.open(`/servers/${id}/edit`, { role: 'operator' });
    await page.getByText('This needs the role admin').first().waitFor();
    expect(await page.getByLabel('Name').isDisabled()).toBe(true);
    await context.close();
  });
});
