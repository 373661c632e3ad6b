import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { startRoom, type Room } from './room.ts';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };

interface QueueItems {
  readonly items: readonly { readonly job_id: string; readonly package: string; readonly priority: number }[];
}

describe.skipIf(!hasChromium)('the queue', () => {
  let room: Room;
  let failed: string;

  const enqueue = (name: string, change: Record<string, unknown> = {}) =>
    room.api<{ job_id: string }>('POST', '/queue/enqueue', {
      package: name,
      version: '1.0',
      ...target,
      ...change,
    });
  const namesInQueue = async (): Promise<string[]> =>
    (await room.api<QueueItems>('GET', '/queue')).items.map((item) => item.package);

  beforeAll(async () => {
    room = await startRoom();
    const worker = await room.workers.add('anvil');
    const claim = await worker.claim('lxml', '5.3.0', target);
    failed = claim.job.job_id;
    await worker.report(claim, []);
    await worker.claim('numpy', '2.1.0', target);
    for (const name of ['cryptography', 'pandas', 'scipy']) await enqueue(name);
    await enqueue('pyzmq', { python_tag: 'cp313', platform_tag: 'manylinux_2_17_s390x' });
  });
  afterAll(() => room.close());

  it('shows what can be claimed, and of the rest why not, in words', async () => {
    const { page, problems, context } = await room.open('/queue');
    await page.getByRole('link', { name: 'scipy 1.0' }).waitFor();
    expect(await page.getByRole('link', { name: 'pyzmq' }).count()).toBe(0);
    await page.getByRole('tab', { name: /Held/ }).click();
    const row = page.getByRole('row').filter({ hasText: 'pyzmq 1.0' });
    await row.getByText('a person acts').waitFor();
    const { blocked_by: block } = await room
      .api<{ items: { package: string; blocked_by: { text: string } }[] }>('GET', '/queue')
      .then(({ items }) => items.find((item) => item.package === 'pyzmq') ?? { blocked_by: { text: '?' } });
    expect(await row.textContent()).toContain(block.text);
    await page.getByRole('tab', { name: /Building/ }).click();
    await page.getByRole('link', { name: 'numpy 2.1.0' }).waitFor();
    expect(new URL(page.url()).searchParams.get('tab')).toBe('building');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('enqueues, moves up and cancels, and says beforehand what a cancellation does', async () => {
    const { page, problems, context } = await room.open('/queue', { role: 'operator' });
    await page.getByRole('button', { name: 'Enqueue a wheel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Package').fill('grpcio');
    await dialog.getByLabel('Version').fill('1.66.0');
    await dialog.getByLabel('Python tag').fill(target.python_tag);
    await dialog.getByLabel('Platform tag').fill(target.platform_tag);
    await dialog.getByRole('button', { name: 'Enqueue' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await namesInQueue()).toContain('grpcio');

    await page.getByRole('button', { name: 'Actions for scipy 1.0' }).click();
    await page.getByRole('menuitem', { name: 'Change the priority' }).click();
    await dialog.getByLabel('Priority').fill('50');
    await dialog.getByRole('button', { name: 'Change' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await namesInQueue())[0]).toBe('scipy');

    await page.getByRole('button', { name: 'Actions for pandas 1.0' }).click();
    await page.getByRole('menuitem', { name: 'Cancel' }).click();
    await dialog.getByText('No worker has it.').waitFor();
    await dialog.getByLabel('Reason').fill('Not needed any more.');
    expect(await namesInQueue()).toContain('pandas');
    await dialog.getByRole('button', { name: 'Cancel the job' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await namesInQueue()).not.toContain('pandas');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('retries a job from its page', async () => {
    const { page, problems, context } = await room.open(`/jobs/${failed}`, { role: 'operator' });
    await page.getByText('The compiler failed.').first().waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('The image was mended.');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await room.api('GET', `/jobs/${failed}`)).toMatchObject({ state: 'queued' });
    await page.getByText('queued', { exact: true }).first().waitFor();
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('tells a viewer why nothing can be done', async () => {
    const { page, context } = await room.open('/queue', { role: 'viewer' });
    await page.getByRole('button', { name: 'Actions for cryptography 1.0' }).click();
    await page.getByText('This needs the role operator').first().waitFor();
    await page.getByRole('menuitem', { name: 'Cancel' }).click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await context.close();
  });

  it('what can be claimed can be read by everyone, and asks nobody else', async () => {
    expect(
      await lookAtPage(room, {
        name: 'queue-claimable',
        path: '/queue',
        ready: (page) => page.getByRole('link', { name: 'scipy 1.0' }).waitFor(),
      }),
    ).toEqual(nothingWrong);
  });
});
