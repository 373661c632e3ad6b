import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtPage, nothingWrong } from './check-page.ts';
import { hasChromium } from './chromium.ts';
import { box, rowOf, startPlanStage, type PlanStage } from './plan-stage.ts';

const noProblems = { errors: [], foreign: [] };

describe.skipIf(!hasChromium)('the graph of a plan', () => {
  let stage: PlanStage;
  beforeAll(async () => {
    stage = await startPlanStage();
  });
  afterAll(() => stage.close());

  it('a graph shows what is left, folds what is done, and is gone through by keys', async () => {
    const { run_id: run } = await stage.compute({ requirements: ['app', 'pure'], bootstrap: true });
    const { page, problems, context } = await stage.room.open(`/plans/${run}?view=graph`);
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
    const { run_id: run } = await stage.compute({
      requirements: ['app'],
      bootstrap: true,
      python_version: '3.13',
      enqueue: true,
    });
    const { page, problems, context } = await stage.room.open(`/plans/${run}`);
    const holdsFocus = (what: string) => page.locator(`${what}:focus`).waitFor();
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
    await stage.room.controller.database.query(
      `UPDATE jobs SET state = 'succeeded' WHERE name = 'core' AND python_tag = 'cp313'`,
    );
    // What tells every page of plans that something happened.
    await stage.compute({ requirements: ['pure'] });
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

  it('can be read by everyone, and asks nobody else', async () => {
    const { run_id: run } = await stage.compute({ requirements: ['app', 'nowhere'], bootstrap: true });
    expect(
      await lookAtPage(stage.room, {
        name: 'plan-graph',
        path: `/plans/${run}?view=graph&scope=all&node=core%203.0`,
        ready: (page) => box(page, 'core 3.0').waitFor(),
      }),
    ).toEqual(nothingWrong);
  });
});
