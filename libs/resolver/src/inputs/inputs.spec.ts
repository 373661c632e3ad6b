import { describe, expect, it } from 'vitest';
import { classifyInputFile } from './classify-input-file.ts';
import { readRequirementLines, readRequirements, readTextInput } from './read-requirements.ts';

describe('what an input is by its name', () => {
  it.each([
    ['numpy-2.1.0-cp312-cp312-manylinux_2_17_x86_64.whl', 'wheel'],
    ['numpy-2.1.0.tar.gz', 'sdist'],
    ['requirements.txt', 'requirements'],
    ['dev.in', 'requirements'],
    ['Constraints-3.12.txt', 'constraints'],
    ['pylock.toml', 'pylock'],
    ['pylock.prod.toml', 'pylock'],
    ['uv.lock', 'uv_lock'],
  ])('%s: %s', (filename, kind) => {
    expect(classifyInputFile(filename)).toBe(kind);
  });

  it.each(['numpy.whl', 'numpy.tar.gz', 'setup.py', 'pyproject.toml', '', 'x.exe'])(
    '%j is refused',
    (filename) => {
      expect(() => classifyInputFile(filename)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    },
  );
});

describe('reading requirements', () => {
  it('tells where each line came from', () => {
    const input = readRequirements('# first\nnumpy\n--no-binary numpy\n--prefer-binary\n', 'r.txt');
    expect(input.requirements.map(({ origin }) => origin)).toEqual(['r.txt:2']);
    expect(input.noBinary).toEqual(['numpy']);
    expect(input.notes).toHaveLength(1);
    expect(readRequirementLines(['a', 'b==1']).requirements.map(({ origin }) => origin)).toEqual([
      'request:1',
      'request:2',
    ]);
  });

  it('throws once, with every bad line', () => {
    expect(() => readRequirements('numpy>=\nok\n-r other.txt\n', 'r.txt')).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        problems: [expect.stringMatching(/^r\.txt:1: /), expect.stringMatching(/^r\.txt:3: /)],
      }),
    );
  });

  it('takes no line break inside a line of a call', () => {
    expect(() => readRequirementLines(['a', 'b\nc'])).toThrow(/request:2: .*one line/);
  });

  it('refuses lock files in words, not by guessing', () => {
    expect(() => readTextInput('uv_lock', 'version = 1', 'uv.lock')).toThrow(/later version/);
    expect(() => readTextInput('pylock', '', 'pylock.toml')).toThrow(/later version/);
    expect(() => readTextInput('wheel', '', 'a.whl')).toThrow(/holds no requirement lines/);
    expect(readTextInput('constraints', 'a<2', 'c.txt').requirements).toHaveLength(1);
  });
});
