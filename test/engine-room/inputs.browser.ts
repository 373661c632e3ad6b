import { createSampleWheel, FakeIndex } from '@ironwheel/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { targetEnv } from './plan-rows.ts';
import { startRoom, type Room } from './room.ts';

interface Inputs {
  readonly items: readonly { readonly filename: string; readonly run_id: string | null }[];
}
interface FormFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const noProblems = { errors: [], foreign: [] };
const text = (name: string, content: string): FormFile => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
});
const wheel = createSampleWheel({ name: 'handed', version: '1.0' });
const wheelFile: FormFile = {
  name: wheel.filename,
  mimeType: 'application/octet-stream',
  buffer: wheel.bytes,
};

describe.skipIf(!hasChromium)('inputs', () => {
  let room: Room;
  let index: FakeIndex;

  const listNames = async (): Promise<string[]> =>
    (await room.api<Inputs>('GET', '/inputs')).items.map(({ filename }) => filename).toSorted();
  const choose = (page: Page, files: readonly FormFile[]) =>
    page.locator('input[type=file]').setInputFiles([...files]);
  const row = (page: Page, filename: string) => page.getByRole('row').filter({ hasText: filename });

  beforeAll(async () => {
    index = await FakeIndex.start();
    room = await startRoom({ env: { ...targetEnv, INDEX_URL: index.url } });
  });
  afterAll(async () => {
    await room.close();
    await index.close();
  });

  it('a broken file is told by its name, and the others are taken without it', async () => {
    const { page, problems, context } = await room.open('/inputs', { role: 'operator' });
    await page.getByText('There are no files yet.').waitFor();
    await choose(page, [
      wheelFile,
      { ...wheelFile, name: 'broken-1.0-py3-none-any.whl', buffer: Buffer.from('no zip') },
      text('requirements.txt', 'six\nfoo>=\n'),
    ]);
    const told = page.getByRole('alert').filter({ hasText: 'None of the 3 files was taken' });
    await told.getByText('broken-1.0-py3-none-any.whl', { exact: true }).waitFor();
    await told.getByText('requirements.txt:2', { exact: false }).waitFor();
    expect(await listNames()).toEqual([]);
    await told.getByRole('button', { name: 'Hand in the other one' }).click();
    await page.getByText('One file was taken.').waitFor();
    await row(page, wheel.filename).getByText('pending').waitFor();
    expect(await listNames()).toEqual([wheel.filename]);
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('files are dropped onto the page, and deleted once that was confirmed', async () => {
    const { page, problems, context } = await room.open('/inputs', { role: 'operator' });
    const hostile = '<img src=x onerror="alert(1)">\u202Etxt.txt';
    const data = await page.evaluateHandle<object>(
      `(() => { const data = new DataTransfer();
        data.items.add(new File(['handed\\n'], ${JSON.stringify(hostile)}));
        data.items.add(new File(['handed==1.0\\n'], 'constraints.txt'));
        return data; })()`,
    );
    await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer: data });
    await page.getByText('2 files were taken.').waitFor();
    await page.getByRole('button', { name: '2 new – show' }).click();
    await row(page, '<img src=x').getByText('RLO', { exact: true }).waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    await page.getByRole('button', { name: 'Delete constraints.txt' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^One file would go: constraints/).waitFor();
    expect(await listNames()).toContain('constraints.txt');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await listNames()).not.toContain('constraints.txt');
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('an upload that breaks off says so, and one that was stopped says nothing', async () => {
    const { page, problems, context } = await room.open('/inputs', { role: 'operator' });
    await page.route('**/api/inputs', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    );
    await choose(page, [text('requirements.txt', 'six\n')]);
    await page.getByRole('alert').getByText('The upload broke off; nothing was taken.').waitFor();
    await page.unroute('**/api/inputs');
    await page.route('**/api/inputs', (route) =>
      route.request().method() === 'POST' ? undefined : route.continue(),
    );
    await choose(page, [text('requirements.txt', 'six\n')]);
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await choose(page, [text('more.txt', 'six\n')]);
    await page.getByText('Files that came while others were being handed in were left out').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('what is pending becomes a plan, and stays with it', async () => {
    const { page, problems, context } = await room.open('/inputs', { role: 'operator' });
    await page.getByRole('button', { name: /^Plan the \d+ pending/ }).click();
    await page.getByText(/2 of 2 are taken/).waitFor();
    await page.getByRole('button', { name: 'Take none' }).click();
    await page.getByLabel(`Take ${wheel.filename}`).check();
    await page.getByRole('button', { name: 'Make the plan' }).click();
    await page.getByRole('row').filter({ hasText: 'handed' }).getByText('reused', { exact: true }).waitFor();
    await page.goto(page.url().replace(/plans\/.*/, 'inputs'));
    await row(page, wheel.filename).getByText('used', { exact: true }).waitFor();
    const button = page.getByRole('button', { name: `Delete ${wheel.filename}` });
    expect(await button.getAttribute('aria-description')).toContain('A plan rests on it');
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('a file that was chosen and is gone is told, and can be taken off', async () => {
    const { page, problems, context } = await room.open('/plans/new', { role: 'operator' });
    await choose(page, [text('gone.in', 'handed==1.0\n')]);
    await page.getByLabel('Take gone.in').waitFor();
    const { items } = await room.api<{ items: { input_id: string; filename: string }[] }>('GET', '/inputs');
    for (const { input_id: id } of items.filter(({ filename }) => filename === 'gone.in'))
      await room.api('DELETE', `/inputs/${id}`);
    const gone = page.getByLabel(/^Take .*, which waits no longer$/);
    await gone.waitFor();
    await gone.uncheck();
    await gone.waitFor({ state: 'detached' });
    await page.getByText('Name requirements, or choose files.').waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('tells a viewer why nothing can be handed in', async () => {
    const { page, context } = await room.open('/inputs', { role: 'viewer' });
    const button = page.getByRole('button', { name: 'Choose files' });
    expect(await button.getAttribute('aria-description')).toContain('This needs the role operator');
    const posted: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/inputs')) posted.push(request.url());
    });
    await choose(page, [text('requirements.txt', 'six\n')]);
    // The field is emptied once its files were looked at.
    await page.waitForFunction('document.querySelector("input[type=file]").value === ""');
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    expect(posted).toEqual([]);
    expect(await page.getByRole('alert').count()).toBe(0);
    await context.close();
  });

  it('the page can be read by everyone, and asks nobody else', async () => {
    expect(
      await lookAtPage(room, {
        name: 'inputs',
        path: '/inputs',
        ready: (page) => page.getByText(wheel.filename).waitFor(),
      }),
    ).toEqual(nothingWrong);
  });
});
