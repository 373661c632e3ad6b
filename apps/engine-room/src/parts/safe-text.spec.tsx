// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { nameHidden, splitHidden } from './hidden-characters.ts';
import { SafeText } from './safe-text.tsx';

afterEach(cleanup);
const show = (text: string, max?: number) =>
  render(
    <MantineProvider>
      <SafeText text={text} {...(max === undefined ? {} : { max })} />
    </MantineProvider>,
  ).container;

describe('SafeText', () => {
  it('shows markup as text', () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const container = show(hostile);
    expect(container.textContent).toContain(hostile);
    expect(container.querySelector('img, script')).toBeNull();
  });

  it('names characters that cannot be seen or that turn the direction', () => {
    expect(show('a\u202Egnp.exe\u001b[31m\u0000\u200b').textContent).toContain('aRLOgnp.exeESC[31mNULZWSP');
    expect(show('\ud800').textContent).toContain('U+D800');
  });

  it('leaves tabs, line ends and letters of every script as they are', () => {
    const text = 'שלום\tعالم\nżółw 🐍';
    expect(splitHidden(text)).toEqual([{ text, isHidden: false }]);
  });

  it('says how much it leaves out', () => {
    const container = show('x'.repeat(10_000), 100);
    expect(container.textContent).toContain(`${'x'.repeat(100)}… 9,900 more characters`);
  });

  it('names them in its title as well', () => {
    const { container } = render(
      <MantineProvider>
        <SafeText text={'a\u202Eb'} isOneLine />
      </MantineProvider>,
    );
    expect(container.querySelector('bdi')?.title).toBe('a⟨RLO⟩b');
  });

  it('has the same for places that take text only', () => {
    expect(nameHidden('ok\u2066')).toBe('ok⟨LRI⟩');
  });
});
