import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { hasChromium } from './chromium.ts';
import { target } from './plan-rows.ts';
import { requirements, rowOf, startPlanStage, type Plan, type PlanStage } from './plan-stage.ts';

const noProblems = { errors: [], foreign: [] };

describe.skipIf(!hasChromium)('plans', () => {
  let stage: PlanStage;
  beforeAll(async () => {
    stage = await startPlanStage();
  });
  afterAll(() => stage.close());

  const readRun = async (page: Page): Promise<Plan> =>
    stage.room.api<Plan & Record<string, unknown>>(
      'GET',
      `/plans/${decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')}`,
    );

  it('requirements become a plan, the plan becomes jobs, and how they go is seen without a reload', async () => {
    const { page, problems, context } = await stage.room.open('/plans', { role: 'operator' });
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

    const worker = await stage.room.workers.add('anvil');
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

  it('a run is cancelled once it was said what that does', async () => {
    const { run_id: run } = await stage.compute({
      requirements: ['ext'],
      bootstrap: true,
      python_version: '3.11',
      enqueue: true,
    });
    const { page, problems, context } = await stage.room.open(`/plans/${run}`, { role: 'operator' });
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('core 3.0').waitFor();
    await dialog.getByText('ext 1.0').waitFor();
    expect(await stage.room.api('GET', `/plans/${run}`)).toMatchObject({ state: 'enqueued' });
    await dialog.getByLabel('Reason').fill('Not needed any more.');
    await dialog.getByRole('button', { name: 'Cancel the run' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await stage.room.api('GET', `/plans/${run}`)).toMatchObject({ state: 'cancelled' });
    await rowOf(page, 'core').getByText('cancelled', { exact: true }).waitFor();
    expect(problems).toEqual(noProblems);
    await context.close();
  });

  it('a plan whose wheels are there has a line that installs it, and is saved as JSON and DOT', async () => {
    const { run_id: run } = await stage.compute({ requirements: ['pure'] });
    const { page, problems, context } = await stage.room.open(`/plans/${run}`);
    expect(await page.getByLabel('Install command').textContent()).toBe(
      `pip install --index-url ${stage.room.controller.url}/index/cp312-${target.platform_tag}/simple/ pure==1.0`,
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

  it('the list says what was asked for, how far it is, and is filtered by the address', async () => {
    await stage.compute({ requirements: ['lib', 'nowhere'] });
    const { page, problems, context } = await stage.room.open('/plans?state=planned&q=lib');
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
    const { run_id: run } = await stage.compute({ requirements: ['pure'], rebuild: true });
    const { page, context } = await stage.room.open(`/plans/${run}`, { role: 'viewer' });
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
    const { run_id: run } = await stage.compute({ requirements: ['app', 'nowhere'], bootstrap: true });
    const looks = [
      {
        name: 'plans',
        path: '/plans',
        ready: (page: Page) => page.getByText('pure (requirements:1)').first().waitFor(),
      },
      {
        name: 'plan-list',
        path: `/plans/${run}?node=core%203.0`,
        ready: (page: Page) => rowOf(page, 'core').waitFor(),
      },
    ];
    for (const look of looks) expect(await lookAtPage(stage.room, look), look.name).toEqual(nothingWrong);
  });
});
