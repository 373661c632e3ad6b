import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { requirements, rowOf, startPlanStage, type PlanStage } from './plan-stage.ts';

const noProblems = { errors: [], foreign: [] };

describe.skipIf(!hasChromium)('the form of a plan', () => {
  let stage: PlanStage;
  beforeAll(async () => {
    stage = await startPlanStage();
  });
  afterAll(() => stage.close());

  it('a contradiction is told with its steps, and nothing that was typed is lost', async () => {
    const { page, problems, context } = await stage.room.open('/plans/new', { role: 'operator' });
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
    const { page, problems, context } = await stage.room.open('/plans/new', { role: 'operator' });
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
    const { page, problems, context } = await stage.room.open('/plans/new', { role: 'operator' });
    const { items: before } = await stage.room.api<{ items: unknown[] }>('GET', '/plans');
    await page.route('**/api/plan/compute', () => undefined);
    await requirements(page).fill('app');
    await page.getByRole('button', { name: 'Make the plan' }).click();
    await page.getByText(/^Planning/).waitFor();
    await page.getByRole('button', { name: 'Stop planning' }).click();
    await page.getByRole('button', { name: 'Make the plan' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await requirements(page).inputValue()).toBe('app');
    const { items: after } = await stage.room.api<{ items: unknown[] }>('GET', '/plans');
    expect(after).toHaveLength(before.length);
    expect(problems).toEqual(noProblems);
    await context.close();
  });
});
