import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, createVenv, runPython } from '../e2e/install-wheels.ts';
import { runProgram } from '../e2e/run-program.ts';
import { BuildStage, canCompile } from './build-stage.ts';
import { hasChromium } from './chromium.ts';
import { takePicture } from './take-picture.ts';
import type { PageProblems } from './watch-page.ts';

const lines = (page: Page) => page.locator('[data-line]');

/** One person, one page, one wheel: what stands in one step is what the step before has brought about. */
describe.skipIf(!hasChromium || !canCompile)('from requirements to an installed wheel', { retry: 0 }, () => {
  let stage: BuildStage;
  let page: Page;
  let problems: PageProblems;
  let planAddress = '';

  beforeAll(async () => {
    stage = await BuildStage.start();
    ({ page, problems } = await stage.open('/plans'));
  });
  afterAll(() => stage.close());

  const openJob = async (name: string): Promise<void> => {
    const { items } = await stage.drill.get<{ items: { job_id: string }[] }>(`/api/jobs?package=${name}`);
    await page.goto(`${stage.drill.url}/verifier-engine-room/jobs/${items[0]?.job_id ?? ''}`);
  };

  it('signs in', async () => {
    await page.getByLabel('Token', { exact: true }).waitFor();
    await takePicture(page, 'sign-in');
    await page.getByLabel('Token', { exact: true }).fill(await stage.makeToken('ada'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Plans', level: 1 }).waitFor();
  });

  it('hands in requirements and sees what must be built before anything is', async () => {
    await page.getByRole('button', { name: 'New plan' }).click();
    await page.getByLabel('Requirements').fill('forge-anvil\nforge-tongs\nforge-rivets\n');
    await page.getByLabel('Python', { exact: true }).fill(stage.target.python);
    await page.getByLabel('Platform', { exact: true }).fill(stage.target.platform);
    await takePicture(page, 'new-plan');
    await page.getByRole('button', { name: 'Make the plan' }).click();
    const verdicts = [
      ['forge-anvil', 'build'],
      ['forge-tongs', 'build'],
      ['forge-rivets', 'reuse'],
    ] as const;
    for (const [name, verdict] of verdicts)
      await page.getByRole('row').filter({ hasText: name }).getByText(verdict).first().waitFor();
    await takePicture(page, 'plan');
    planAddress = page.url();
    expect(await stage.drill.jobs()).toEqual([]);
  });

  it('has it built, and watches the log while it is written', async () => {
    await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 wheels would be built').waitFor();
    await dialog.getByRole('button', { name: 'Enqueue', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await openJob('forge-anvil');
    await page.getByRole('link', { name: /^Log of attempt/ }).click();
    await page.getByText('drawing out part 2 of 8').waitFor();
    await page.getByText('being written').waitFor();
    const before = await lines(page).count();
    await takePicture(page, 'log-live');
    // It goes on by itself, with the failure at its end.
    await page.getByText('drawing out part 8 of 8').waitFor();
    await page.locator('[data-mark="error"], [data-mark="cause"]').first().waitFor();
    expect(await lines(page).count()).toBeGreaterThan(before);
  });

  it('reads why it failed', async () => {
    await page.reload();
    // Of the page itself, and not among the lines that come before it.
    const log = page.getByRole('region', { name: /^Log of/ });
    await log.locator('[data-mark="cause"]').getByText('anvil.h: No such file or directory').waitFor();
    await takePicture(page, 'log-failed');
    await page.getByRole('link', { name: 'Failures' }).click();
    await page.getByRole('article').filter({ hasText: 'forge-anvil' }).waitFor();
    await takePicture(page, 'failures');
  });

  it('adds a hint for such failures', async () => {
    await page
      .getByRole('article')
      .filter({ hasText: 'forge-anvil' })
      .getByRole('link', { name: 'Add a hint' })
      .click();
    await page.getByRole('heading', { name: 'New hint', level: 1 }).waitFor();
    const field = (name: string) => page.getByRole('textbox', { name, exact: true });
    await field('Patterns').fill(String.raw`fatal error: anvil\.h`);
    await field('Package').fill('forge-anvil');
    await field('Variables').fill('CFLAGS=-Ivendored');
    await field('Note').fill('forge-anvil brings its header along.');
    await takePicture(page, 'new-hint');
    await page.getByRole('button', { name: 'Make the hint' }).click();
    await page.getByText('The hint was made.').waitFor();
  });

  it('retries, and the hint mends it', async () => {
    await openJob('forge-anvil');
    await page.getByRole('button', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('There is a hint now.');
    await takePicture(page, 'retry');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.waitFor({ state: 'detached' });
    // Seen without a reload: the attempt fails, is given the hint, and the next one succeeds.
    await page.getByText('Then: retry hint').waitFor();
    await page.getByRole('heading', { level: 1 }).locator('..').getByText('succeeded').waitFor();
    await takePicture(page, 'job-mended');
  });

  /** Pastes a line into a shell with a virtual environment of its own; returns that. */
  const paste = async (line: string, name: string): Promise<string> => {
    const venv = await createVenv(join(stage.drill.directory, name));
    const installed = await runProgram('sh', ['-c', line], {
      ...bareEnvironment(),
      PATH: `${join(venv, 'bin')}:${process.env['PATH'] ?? ''}`,
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
    });
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    return venv;
  };

  it('publishes the wheel, and the lines that are shown install it', async () => {
    await page.getByRole('heading', { level: 1 }).getByRole('link', { name: 'forge-anvil' }).click();
    await page.getByText('served', { exact: true }).first().waitFor();
    const line = (await page.getByLabel('Install command').textContent()) ?? '';
    await page.getByLabel('Reading the attempts').waitFor({ state: 'detached' });
    await takePicture(page, 'package-install');
    const venv = await paste(line, 'one');
    const imported = await runPython(venv, 'import forge_anvil; print(forge_anvil.answer())');
    expect(imported, imported.stderr).toMatchObject({ code: 0, stdout: '42' });
    // All that was asked for, by one line: what was built here, and the wheel that is passed through.
    await page.goto(planAddress);
    const all = await paste((await page.getByLabel('Install command').textContent()) ?? '', 'all');
    const three = await runPython(all, 'import forge_anvil, forge_tongs, forge_rivets; print("all")');
    expect(three, three.stderr).toMatchObject({ code: 0, stdout: 'all' });
    await page.getByRole('link', { name: 'Package index' }).click();
    await page.getByLabel('With pip').waitFor();
    await takePicture(page, 'package-index');
    expect(problems).toEqual({ errors: [], foreign: [] });
  });
});
