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
    ['pyproject.toml', 'pyproject'],
    ['run.py', 'script'],
  ])('%s: %s', (filename, kind) => {
    expect(classifyInputFile(filename)).toBe(kind);
  });

  it.each(['numpy.whl', 'numpy.tar.gz', 'other.toml', '', 'x.exe'])('%j is refused', (filename) => {
    expect(() => classifyInputFile(filename)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
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
    expect(() => readRequirements('numpy>=\nok\n-e other\n', 'r.txt')).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        problems: [expect.stringMatching(/^r\.txt:1: /), expect.stringMatching(/^r\.txt:3: /)],
      }),
    );
  });

  it('names the files that it refers to', () => {
    const text = '-r a.txt\n-c=../up/b.txt\n--requirement "sub dir/c.in"\n-rd.txt\nok\n';
    const { references, requirements } = readRequirements(text, 'r.txt');
    expect(references.map(({ kind, filename }) => [kind, filename])).toEqual([
      ['requirements', 'a.txt'],
      ['constraints', 'b.txt'],
      ['requirements', 'c.in'],
      ['requirements', 'd.txt'],
    ]);
    expect(requirements).toHaveLength(1);
    expect(() => readRequirements('-r https://host/r.txt', 'r.txt')).toThrow(/another file/);
    expect(() => readRequirementLines(['-r a.txt'])).toThrow(/request:1: it refers to the file a\.txt/);
  });

  it('takes no line break inside a line of a call', () => {
    expect(() => readRequirementLines(['a', 'b\nc'])).toThrow(/request:2: .*one line/);
  });

  it('reads lines of those kinds only that have lines', () => {
    for (const kind of ['wheel', 'uv_lock', 'pyproject'] as const) {
      expect(() => readTextInput(kind, 'version = 1', 'x')).toThrow(/holds no requirement lines/);
    }
    expect(readTextInput('constraints', 'a<2', 'c.txt').requirements).toHaveLength(1);
  });
});
