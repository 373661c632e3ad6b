import type { FakeIndex } from '@ironwheel/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { startPlanIndex, target, targetEnv } from './plan-rows.ts';
import { startRoom, type Room } from './room.ts';

interface Plan {
  readonly run_id: string;
  readonly state: string;
  readonly jobs: readonly { readonly job_id: string; readonly name: string; readonly state: string }[];
}

const noProblems = { errors: [], foreign: [] };

describe.skipIf(!hasChromium)('plans', () => {
  let room: Room;
  let index: FakeIndex;

  const compute = (body: Record<string, unknown>): Promise<Plan> => room.api('POST', '/plan/compute', body);
  const requirements = (page: Page) => page.getByLabel('Requirements', { exact: true });
  const rowOf = (page: Page, name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  const box = (page: Page, id: string) => page.locator(`[data-box="${id}"]`);
  const readRun = async (page: Page): Promise<Plan> =>
    room.api('GET', `/plans/${decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')}`);

  beforeAll(async () => {
    index = await startPlanIndex();
    room = await startRoom({ env: { ...targetEnv, INDEX_URL: index.url } });
  });
  afterAll(async () => {
    await room.close();
    await index.close();
  });

  it('requirements become a plan, the plan becomes jobs, and how they go is seen without a reload', async () => {
    const { page, problems, context } = await room.open('/plans', { role: 'operator' });
    await page.getByText('There are no plans yet.').waitFor();
    await page.getByRole('button', { name: 'New plan' }).click();
    await requirements(page).fill('# what we need\napp\n');
    await page.getByLabel('Build what builds need').check();
    await page.getByRole('button', { name: 'Make the plan' }).click();

    await page.getByRole('heading', { name: /^Plan run_/ }).waitFor();
    await rowOf(page, 'core').getByText('build', { exact: true }).waitFor();
    await rowOf(page, 'pure').getByText('reused', { exact: true }).waitFor();
    expect(await rowOf(page, 'ext').textContent()).toContain('critical path');
    const counts = page.getByRole('list', { name: 'Packages by what becomes of them' });
    expect((await counts.getByRole('listitem').allTextContents()).join(' ')).toMatch(
      /2to build.*3reused.*0missing/,
    );

    await page.getByRole('button', { name: 'Why core 3.0' }).click();
    const way = page.getByRole('list', { name: 'From what was asked for to this package' });
    expect(await way.getByRole('listitem').allTextContents()).toEqual([
      'app (requirements:2)',
      'app 1.0',
      'ext 1.0',
      'tool 2.0',
      'core 3.0',
    ]);
    expect(new URL(page.url()).searchParams.get('node')).toBe('core 3.0');

    await page.getByRole('button', { name: 'Enqueue' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 wheels would be built in the pool default:').waitFor();
    expect((await readRun(page)).state).toBe('planned');
    await dialog.getByRole('button', { name: 'Enqueue' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rowOf(page, 'core').getByText('queued', { exact: true }).waitFor();
    await rowOf(page, 'ext').getByText('blocked', { exact: true }).waitFor();

    const worker = await room.workers.add('anvil');
    const claim = await worker.claim('core', '3.0', target);
    await rowOf(page, 'core')
      .getByText(/claimed|running/)
      .waitFor();
    await worker.report(claim, []);
    await rowOf(page, 'core').getByText('failed', { exact: true }).waitFor();
    await rowOf(page, 'ext').getByText('unreachable', { exact: true }).waitFor();
    const panel = page.getByRole('region', { name: 'Why core 3.0 is here' });
    await panel.getByRole('link', { name: 'Log' }).waitFor();
    await panel.getByRole('link', { name: 'Job', exact: true }).click();
    await page.getByText('The compiler failed.').first().waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('a graph shows what is left, folds what is done, and is gone through by keys', async () => {
    const { run_id: run } = await compute({ requirements: ['app', 'pure'], bootstrap: true });
    const { page, problems, context } = await room.open(`/plans/${run}?view=graph`);
    // The critical path, which leads over a wheel that is ready.
    await box(page, 'core 3.0').waitFor();
    expect(await page.locator('[data-box]').count()).toBe(3);
    await page.getByRole('button', { name: 'Show what is folded under ext 1.0: 1' }).click();
    await box(page, 'pure 1.0').waitFor();
    expect(await page.locator('[data-box]').count()).toBe(4);
    await page.getByRole('link', { name: 'Done ones too' }).click();
    await box(page, 'app 1.0').waitFor();
    expect(await page.locator('[data-box]').count()).toBe(5);

    await box(page, 'app 1.0').focus();
    await page.keyboard.press('ArrowRight');
    const active = () =>
      page.evaluate<string | null>('document.activeElement?.getAttribute("data-box") ?? null');
    expect(['ext 1.0', 'pure 1.0']).toContain(await active());
    await box(page, 'core 3.0').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await active()).toBe('tool 2.0');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Why tool 2.0 is here' }).waitFor();
    await page.getByRole('button', { name: 'Look around tool 2.0' }).click();
    expect(new URL(page.url()).searchParams.get('focus')).toBe('tool 2.0');
    await page.reload();
    await box(page, 'tool 2.0').waitFor();
    expect(await box(page, 'tool 2.0').getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Show the whole plan again' }).click();
    await page.getByRole('link', { name: 'list', exact: true }).click();
    await rowOf(page, 'tool').waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('while jobs go on the graph stays as it is, and the focus is never lost', async () => {
    const { run_id: run } = await compute({
      requirements: ['app'],
      bootstrap: true,
      python_version: '3.13',
      enqueue: true,
    });
    const { page, problems, context } = await room.open(`/plans/${run}`);
    const holdsFocus = (what: string) => page.waitForFunction(`document.activeElement?.matches('${what}')`);
    const close = page.getByRole('button', { name: 'Close', exact: true });
    // Twice: the first package that was chosen is no other than those after it.
    for (let round = 0; round < 2; round += 1) {
      await page.getByRole('button', { name: 'Why core 3.0' }).click();
      await holdsFocus('[tabindex="-1"]:has(> section)');
      await close.click();
      await holdsFocus('[aria-label="Why core 3.0"]');
    }

    await page.getByRole('link', { name: 'Graph', exact: true }).click();
    await box(page, 'core 3.0').focus();
    await page.keyboard.press('Enter');
    await close.focus();
    await page.keyboard.press('Enter');
    await holdsFocus('[data-box="core 3.0"]');
    await page.getByRole('button', { name: 'Show what is folded under ext 1.0: 1' }).click();
    await box(page, 'pure 1.0').waitFor();
    await page.getByRole('button', { name: 'Fold again what was opened' }).focus();
    await page.keyboard.press('Enter');
    await box(page, 'pure 1.0').waitFor({ state: 'detached' });
    await holdsFocus('[data-box]');

    await page.evaluate('document.querySelector("[data-box]").dataset.isSame = "yes"');
    await room.controller.database.query(
      `UPDATE jobs SET state = 'succeeded' WHERE name = 'core' AND python_tag = 'cp313'`,
    );
    // What tells every page of plans that something happened.
    await compute({ requirements: ['pure'] });
    const anew = page.getByRole('button', { name: 'Jobs went on: draw the graph anew' });
    await anew.waitFor();
    expect(await page.locator('[data-box][data-is-same="yes"]').count()).toBe(1);
    await box(page, 'core 3.0').getByText('succeeded', { exact: true }).waitFor();
    await anew.focus();
    await page.keyboard.press('Enter');
    await box(page, 'core 3.0').waitFor({ state: 'detached' });
    await holdsFocus('[data-box]');
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('a run is cancelled once it was said what that does', async () => {
    const { run_id: run } = await compute({
      requirements: ['ext'],
      bootstrap: true,
      python_version: '3.11',
      enqueue: true,
    });
    const { page, problems, context } = await room.open(`/plans/${run}`, { role: 'operator' });
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('core 3.0').waitFor();
    await dialog.getByText('ext 1.0').waitFor();
    expect(await room.api('GET', `/plans/${run}`)).toMatchObject({ state: 'enqueued' });
    await dialog.getByLabel('Reason').fill('Not needed any more.');
    await dialog.getByRole('button', { name: 'Cancel the run' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await room.api('GET', `/plans/${run}`)).toMatchObject({ state: 'cancelled' });
    await rowOf(page, 'core').getByText('cancelled', { exact: true }).waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('a plan whose wheels are there has a line that installs it, and is saved as JSON and DOT', async () => {
    const { run_id: run } = await compute({ requirements: ['pure'] });
    const { page, problems, context } = await room.open(`/plans/${run}`);
    expect(await page.getByLabel('Install command').textContent()).toBe(
      `pip install --index-url ${room.controller.url}/index/cp312-${target.platform_tag}/simple/ pure==1.0`,
    );
    for (const [label, name] of [
      ['Save as DOT', `${run}.dot`],
      ['Save as JSON', `${run}.json`],
    ] as const) {
      const saving = page.waitForEvent('download');
      await page.getByText(label).click();
      expect((await saving).suggestedFilename()).toBe(name);
    }
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('a contradiction is told with its steps, and nothing that was typed is lost', async () => {
    const { page, problems, context } = await room.open('/plans/new', { role: 'operator' });
    await requirements(page).fill('left\nright');
    await page.getByLabel('Never build').fill('cmake');
    await page.getByRole('button', { name: 'Make the plan' }).click();
    const told = page.getByRole('alert').filter({ hasText: 'No plan fits these requirements' });
    await told.waitFor();
    const text = (await told.textContent()) ?? '';
    for (const part of ['left', 'right', 'lib']) expect(text).toContain(part);
    expect(await told.getByRole('listitem').count()).toBeGreaterThan(0);
    expect(await requirements(page).inputValue()).toBe('left\nright');
    expect(await page.getByLabel('Never build').inputValue()).toBe('cmake');
    await requirements(page).fill('left');
    await page.getByRole('button', { name: 'Make the plan' }).click();
    await rowOf(page, 'left').waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('what does not fit is told at its line and its field', async () => {
    const { page, problems, context } = await room.open('/plans/new', { role: 'operator' });
    const make = page.getByRole('button', { name: 'Make the plan' });
    expect(await make.isDisabled()).toBe(true);
    await page.getByText('Name requirements, or choose files.').waitFor();
    await requirements(page).fill('app\n\nfoo>=\n');
    await page.getByLabel('Python', { exact: true }).fill('2.7');
    await page.getByText('expected a Python version such as 3.12').waitFor();
    expect(await make.isDisabled()).toBe(true);
    await page.getByLabel('Python', { exact: true }).fill('3.12');
    await make.click();
    await page.getByRole('button', { name: 'Line 3' }).click();
    expect(await page.evaluate('getSelection().toString()')).toBe('foo>=');
    await page.getByRole('alert').filter({ hasText: 'each stands at its field' }).waitFor();
    await requirements(page).fill('pure\n');
    await make.click();
    await rowOf(page, 'pure').waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('planning is stopped by whoever waits for it', async () => {
    const { page, problems, context } = await room.open('/plans/new', { role: 'operator' });
    const { items: before } = await room.api<{ items: unknown[] }>('GET', '/plans');
    await page.route('**/api/plan/compute', () => undefined);
    await requirements(page).fill('app');
    await page.getByRole('button', { name: 'Make the plan' }).click();
    await page.getByText(/^Planning/).waitFor();
    await page.getByRole('button', { name: 'Stop planning' }).click();
    await page.getByRole('button', { name: 'Make the plan' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await requirements(page).inputValue()).toBe('app');
    const { items: after } = await room.api<{ items: unknown[] }>('GET', '/plans');
    expect(after).toHaveLength(before.length);
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('the list says what was asked for, how far it is, and is filtered by the address', async () => {
    await compute({ requirements: ['lib', 'nowhere'] });
    const { page, problems, context } = await room.open('/plans?state=planned&q=lib');
    const row = page.getByRole('row').filter({ hasText: 'lib (requirements:1)' });
    await row.getByText('nothing to build').waitFor();
    await page.getByText(/^1 of \d+$/).waitFor();
    await row.getByRole('link').click();
    await page
      .getByRole('list', { name: 'What cannot be had' })
      .getByText(/^nowhere: /)
      .waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('tells a viewer why nothing can be done', async () => {
    const { run_id: run } = await compute({ requirements: ['pure'], rebuild: true });
    const { page, context } = await room.open(`/plans/${run}`, { role: 'viewer' });
    const enqueue = page.getByRole('button', { name: 'Enqueue' });
    expect(await enqueue.getAttribute('aria-description')).toContain('This needs the role operator');
    await enqueue.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.goto(page.url().replace(/plans\/.*/, 'plans/new'));
    await requirements(page).fill('pure');
    await page.getByText('This needs the role operator').first().waitFor();
    expect(await page.getByRole('button', { name: 'Make the plan' }).isDisabled()).toBe(true);
    await context.close();
  });

  it('the pages can be read by everyone, and ask nobody else', async () => {
    const { run_id: run } = await compute({ requirements: ['app', 'nowhere'], bootstrap: true });
    const looks = [
      {
        name: 'plans',
        path: '/plans',
        ready: (page: Page) => page.getByText('pure (requirements:1)').first().waitFor(),
      },
      {
        name: 'plan-new',
        path: '/plans/new',
        ready: (page: Page) => page.getByText('the controller’s own, 3.12').first().waitFor(),
      },
      {
        name: 'plan-list',
        path: `/plans/${run}?node=core%203.0`,
        ready: (page: Page) => rowOf(page, 'core').waitFor(),
      },
      {
        name: 'plan-graph',
        path: `/plans/${run}?view=graph&scope=all&node=core%203.0`,
        ready: (page: Page) => box(page, 'core 3.0').waitFor(),
      },
    ];
    for (const look of looks) expect(await lookAtPage(room, look), look.name).toEqual(nothingWrong);
  });
});
