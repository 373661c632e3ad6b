import { describe, expect, it } from 'vitest';
import { formatRequirementsProblem, parseRequirementsFile } from './requirements-file.ts';

const digest = 'ab'.repeat(32);

describe('requirements files', () => {
  it('reads requirements with their lines, comments, continuations, markers and hashes', () => {
    const file = parseRequirementsFile(
      [
        '\uFEFF# a comment',
        'numpy==2.1.0 \\',
        `    --hash=sha256:${digest} \\`,
        `    --hash=sha512:${'CD'.repeat(64)}`,
        '',
        'pandas>=2 ; python_version < "3.13"  # because',
        'url @ https://h.example/x.zip#egg=url',
        '  six\\',
        '',
      ].join('\r\n'),
      'requirements.txt',
    );
    expect(file.problems).toEqual([]);
    expect(file.entries.map(({ line, text }) => [line, text])).toEqual([
      [2, 'numpy==2.1.0'],
      [6, 'pandas>=2 ; python_version < "3.13"'],
      [7, 'url @ https://h.example/x.zip#egg=url'],
      [8, 'six'],
    ]);
    expect(file.entries[0]?.hashes).toEqual([
      { algorithm: 'sha256', digest },
      { algorithm: 'sha512', digest: 'cd'.repeat(64) },
    ]);
  });

  it('takes options that matter and notes those that do not', () => {
    const file = parseRequirementsFile(
      '--no-binary numpy,Foo_Bar\n--no-binary=:all:\n--pre\n-i https://u:hunter2@h.example/simple\n--prefer-binary\n',
      'r.txt',
    );
    expect(file.problems).toEqual([]);
    expect(file.noBinary).toEqual(['numpy', 'foo-bar', ':all:']);
    expect(file.allowsPrereleases).toBe(true);
    expect(file.notes.map(({ line }) => line)).toEqual([4, 5]);
    expect(JSON.stringify(file)).not.toContain('hunter2');
  });

  it('names every bad line at once, and what to do', () => {
    const text = [
      '-r base.txt',
      '-cconstraints.txt',
      '-e .',
      `x === @ https://u:hunter2${'2'.repeat(200)}@h.example/a.zip`,
      'https://u:hunter2@h.example/a.zip',
      './local/pkg.whl',
      'numpy>=',
      'good',
      'a==1 --hash=md5:00',
      'b==1 --global-option=x',
      'c==${VERSION}',
      '--frobnicate',
      '--find-links https://h.example/',
    ].join('\n');
    const { problems, entries } = parseRequirementsFile(text, 'r.txt');
    expect(entries.map((entry) => entry.text)).toEqual(['good']);
    expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13]);
    const sentences = problems.map(formatRequirementsProblem);
    expect(sentences[0]).toMatch(/^r\.txt:1: "-r base\.txt": .*input of its own/);
    expect(sentences[6]).toMatch(/^r\.txt:7: "numpy>=": .*at character/);
    expect(sentences.join('')).not.toContain('hunter2');
  });

  it('takes an empty file for one that asks for nothing', () => {
    expect(parseRequirementsFile('\n# nothing\n', 'r.txt')).toMatchObject({ entries: [], problems: [] });
  });

  it('ends on lines that are made to be slow, and on endless ones', () => {
    const spaces = ' '.repeat(500_000);
    const hashes = ` --hash=sha256:${digest}`.repeat(20_000);
    const { problems } = parseRequirementsFile(
      `a${spaces}b\nc${hashes}\n${'\\\n'.repeat(100_000)}d`,
      'r.txt',
    );
    expect(problems.map(({ line, text }) => [line, text.length])).toEqual([
      [1, 500],
      [2, 500],
    ]);
  });
});
