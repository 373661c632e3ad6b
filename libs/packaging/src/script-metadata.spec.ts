import { describe, expect, it } from 'vitest';
import { findScriptMetadata } from './script-metadata.ts';

describe('findScriptMetadata', () => {
  it('finds the block of a script', () => {
    const text =
      '#!/usr/bin/env python\n# /// script\n# requires-python = ">=3.11"\n#\n# dependencies = ["rich"]\n# ///\nimport rich\n';
    expect(findScriptMetadata(text)).toBe('requires-python = ">=3.11"\n\ndependencies = ["rich"]\n');
    expect(findScriptMetadata(text.replaceAll('\n', '\r\n'))).toBe(findScriptMetadata(text));
  });

  it('lets the last closing line of a comment close the block', () => {
    expect(findScriptMetadata('# /// script\n# a\n# ///\n# b\n# ///\n')).toBe('a\n///\nb\n');
  });

  it.each([
    '',
    'print(1)',
    '# /// script\n# a = 1\nprint(1)\n# ///\n',
    '# /// other\n# a\n# ///\n',
    '# /// script\n#a\n# ///',
  ])('finds none in %j', (text) => {
    expect(findScriptMetadata(text)).toBeUndefined();
  });

  it('passes over blocks of other tools', () => {
    expect(findScriptMetadata('# /// other\n# a\n# ///\n\n# /// script\n# b\n# ///')).toBe('b\n');
  });

  it('refuses two script blocks', () => {
    const block = '# /// script\n# a\n# ///\n\n';
    expect(() => findScriptMetadata(block + block)).toThrow('more than one');
  });
});
