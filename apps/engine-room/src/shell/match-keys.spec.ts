// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { findBar } from '../session/may.ts';
import { KeySequence, takesKeys } from './match-keys.ts';

describe('keys', () => {
  afterEach(() => document.body.replaceChildren());

  it('two that follow soon are a sequence, also after another key', () => {
    const keys = new KeySequence();
    expect(keys.press('x', 0)).toEqual(['x']);
    expect(keys.press('g', 100)).toEqual(['x g', 'g']);
    expect(keys.press('w', 200)).toEqual(['g w', 'w']);
    expect(keys.press('w', 2_000)).toEqual(['w']);
  });

  it('are left to where somebody writes, or to what is open', () => {
    document.body.innerHTML =
      '<input id="a"><input id="b" type="checkbox"><textarea id="c"></textarea><div role="dialog"><button id="d"></button></div><button id="e"></button>';
    const taken = ['a', 'b', 'c', 'd', 'e'].filter((id) => takesKeys(document.getElementById(id)));
    expect(taken).toEqual(['a', 'c', 'd']);
  });
});

describe('what a role may do', () => {
  it('is allowed, or refused with a sentence that says what it needs', () => {
    expect(findBar('admin', 'operator')).toBeNull();
    expect(findBar('anonymous', 'viewer')).toBeNull();
    expect(findBar('viewer', 'operator')).toBe(
      'This needs the role operator; you are signed in as viewer. Sign in with an operator token.',
    );
  });
});
