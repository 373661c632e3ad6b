import type { HintView } from '@ironwheel/contracts';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { addHint, addTwoFailures, type FailedAttempt } from './hint-rows.ts';
import { startRoom, type Room } from './room.ts';

describe.skipIf(!hasChromium)('hints, as they are made and changed', () => {
  let room: Room;
  let unknown: FailedAttempt;

  beforeAll(async () => {
    room = await startRoom();
    ({ unknown } = await addTwoFailures(room));
  });
  afterAll(() => room.close());

  const read = (id: string) => room.api<HintView & Record<string, unknown>>('GET', `/hints/${id}`);
  /** The id of the hint whose page comes. */
  const opened = async (page: Page): Promise<string> => {
    await page.waitForURL(/\/hints\/hint_/);
    return new URL(page.url()).pathname.split('/').at(-1) ?? '';
  };

  it('are made by the keyboard alone, which is led to what is missing', async () => {
    const { page, context, problems } = await room.open('/failures', { role: 'operator' });
    await page.getByRole('heading', { name: 'Failures' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL(/\/hints$/);
    await tabTo(page, page.getByRole('link', { name: 'New hint' }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('button', { name: 'Make the hint' }));
    await page.keyboard.press('Enter');
    const patterns = page.getByRole('textbox', { name: 'Patterns' });
    await page.getByText('A hint needs a pattern, or a package that it stands for.').waitFor();
    await page.getByText('It does nothing yet: name at least one thing.').waitFor();
    expect(await isFocused(patterns)).toBe(true);
    await page.keyboard.type('fatal error: keys\\.h');
    await tabTo(page, page.getByRole('textbox', { name: 'Packages of apt' }));
    await page.keyboard.type('libkeys-dev');
    await page.keyboard.press('Enter');
    await page.keyboard.type('libmore-dev');
    await tabTo(page, page.getByRole('textbox', { name: 'Build constraints' }));
    await page.keyboard.type('numpy<2');
    await tabTo(page, page.getByRole('button', { name: 'Add a test' }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('textbox', { name: 'Text of test 1' }), true);
    await page.keyboard.type('a.c:1: fatal error: keys.h: No such file');
    await tabTo(page, page.getByRole('textbox', { name: 'Note' }));
    await page.keyboard.type('Made without a mouse.');
    await tabTo(page, page.getByRole('button', { name: 'Make the hint' }));
    await page.keyboard.press('Enter');
    const id = await opened(page);
    await page.getByRole('heading', { name: 'Made without a mouse.' }).waitFor();
    expect(await read(id)).toMatchObject({
      patterns: ['fatal error: keys\\.h'],
      recipes: { apt: ['libkeys-dev', 'libmore-dev'], build_constraints: ['numpy<2'] },
      tests: [{ text: 'a.c:1: fatal error: keys.h: No such file', matches: true }],
      source: 'operator',
      enabled: true,
    });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('say at each field what is wrong with it, also what only the controller knows', async () => {
    const { page, context, problems } = await room.open('/hints/new', { role: 'operator' });
    const form = page.getByRole('form', { name: 'New hint' });
    const make = (): Promise<void> => form.getByRole('button', { name: 'Make the hint' }).click();
    const apt = form.getByRole('textbox', { name: 'Packages of apt' });
    await apt.fill('$(reboot)');
    await form.getByText('Entry 1: expected a package of apt').waitFor();
    await apt.fill('libfoo-dev');
    await form.getByText('expected a package of apt').waitFor({ state: 'detached' });
    const patterns = form.getByRole('textbox', { name: 'Patterns' });
    await patterns.fill('fine\n(a(?=b)c)');
    await make();
    await form
      .getByText('Pattern 2: invalid or unsupported Perl syntax: `(?=`, at character 3')
      .first()
      .waitFor();
    expect(await patterns.getAttribute('aria-invalid')).toBe('true');
    expect(await isFocused(patterns)).toBe(true);
    await patterns.fill('fatal error: foo\\.h');
    expect(await patterns.getAttribute('aria-invalid')).not.toBe('true');
    await form.getByRole('button', { name: 'Add a test' }).click();
    await form.getByRole('textbox', { name: 'Text of test 1' }).fill('nothing of the kind');
    await make();
    await form.getByRole('alert').filter({ hasText: 'Test 1: must match and does not' }).first().waitFor();
    await form.getByLabel('What test 1 says').selectOption('must not match');
    await form.getByRole('textbox', { name: 'Versions' }).fill('newer');
    await make();
    await form.getByText('Versions need the package that they are of.').waitFor();
    await form.getByRole('textbox', { name: 'Package', exact: true }).fill('foo');
    await make();
    await form
      .getByRole('textbox', { name: 'Versions' })
      .and(form.locator('[aria-invalid="true"]'))
      .waitFor();
    await form.getByRole('textbox', { name: 'Versions' }).fill('<2');
    await make();
    expect(await read(await opened(page))).toMatchObject({ package: 'foo', specifier: '<2', revision: 1 });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it.each([
    ['the job', () => `/jobs/${unknown.jobId}`, 'Add a hint for attempt 2'],
    ['the log', () => `/logs/${unknown.attemptId}`, 'Add a hint'],
    ['the failures', () => '/failures', 'Add a hint'],
  ])('are begun from %s, with what is told there filled in', async (_what, toPath, link) => {
    const { page, context, problems } = await room.open(toPath(), { role: 'operator' });
    await page.getByRole('link', { name: link, exact: true }).first().click();
    await page.waitForURL((url) => url.pathname.endsWith('/hints/new'));
    const patterns = page.getByRole('textbox', { name: 'Patterns' });
    await patterns.waitFor();
    expect(await patterns.inputValue()).not.toBe('');
    expect(await page.getByRole('textbox', { name: 'Package', exact: true }).inputValue()).toBe('lxml');
    await page.locator('[data-line="2"]').getByText('strange/thing.h').waitFor();
    await page.getByRole('textbox', { name: 'Packages of apt' }).fill('libtyped-dev');
    await page.getByRole('button', { name: 'Take it into the form' }).click();
    expect(await patterns.inputValue()).toBe('fatal error: strange/thing\\.h');
    expect(await page.getByRole('textbox', { name: 'Packages of apt' }).inputValue()).toBe('libtyped-dev');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('are suggested for what no hint knows, and made of that', async () => {
    const { page, context, problems } = await room.open('/hints?tab=suggestions', { role: 'operator' });
    const card = page.getByRole('article').filter({ hasText: 'strange/thing.h' });
    await card.getByRole('link', { name: 'lxml' }).waitFor();
    await card.getByRole('link', { name: /^Make a hint of/ }).click();
    await page.getByRole('textbox', { name: 'Packages of apt' }).fill('libstrange-dev');
    await page.getByRole('textbox', { name: 'Package', exact: true }).fill('elsewhere');
    await page.getByRole('button', { name: 'Make the hint' }).click();
    expect(await read(await opened(page))).toMatchObject({
      source: 'suggested',
      patterns: ['fatal error: strange/thing\\.h'],
      package: 'elsewhere',
    });
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('are begun with the pattern alone where the suggestion has gone', async () => {
    const search = new URLSearchParams({ suggested: 'fatal error: gone\\.h' }).toString();
    const { page, context, problems } = await room.open(`/hints/new?${search}`, { role: 'operator' });
    await page.getByText('This is no longer among the suggestions').waitFor();
    expect(await page.getByRole('textbox', { name: 'Patterns' }).inputValue()).toBe('fatal error: gone\\.h');
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });

  it('in two tabs are a conflict that overwrites nothing', async () => {
    const { id } = await addHint(room, { note: 'as it was' });
    const [first, second] = [await room.open(`/hints/${id}`), await room.open(`/hints/${id}`)];
    // The second hears nothing of the first: its save is what finds out.
    await second.page.getByRole('button', { name: /: pause$/ }).click();
    await first.page.getByRole('textbox', { name: 'Note' }).fill('the first');
    await second.page.getByRole('textbox', { name: 'Note' }).fill('the second');
    await second.page.getByRole('textbox', { name: 'Packages of apt' }).fill('libother-dev');
    await first.page.getByRole('button', { name: 'Save' }).click();
    await first.page.getByText('Nothing was changed.').waitFor();
    await second.page.getByRole('button', { name: 'Save' }).click();
    const conflict = second.page.getByRole('alert').filter({ hasText: 'was changed while you edited it' });
    await conflict.getByRole('row', { name: /Note.*as it was.*the first.*the second/ }).waitFor();
    expect(await read(id)).toMatchObject({
      note: 'the first',
      revision: 2,
      recipes: { apt: ['libfoo-dev'] },
    });
    expect(await second.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await conflict.getByRole('button', { name: 'Go on with mine on top of it' }).click();
    await second.page.getByRole('button', { name: 'Save' }).click();
    await second.page.getByText('Nothing was changed.').waitFor();
    expect(await read(id)).toMatchObject({
      note: 'the second',
      revision: 3,
      recipes: { apt: ['libother-dev'] },
    });
    for (const { problems, context } of [first, second]) {
      expect(problems).toEqual({ errors: [], foreign: [] });
      await context.close();
    }
  });
});

const isFocused = async (place: Locator): Promise<boolean> =>
  (await place.and(place.page().locator(':focus')).count()) === 1;

/** Moves the focus by the keyboard until it is there. */
async function tabTo(page: Page, place: Locator, isBack = false): Promise<void> {
  await place.waitFor();
  for (let step = 0; step < 80; step += 1) {
    if (await isFocused(place)) return;
    await page.keyboard.press(isBack ? 'Shift+Tab' : 'Tab');
  }
  throw new Error('the keyboard does not lead there');
}
