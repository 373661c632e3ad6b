import { describe, expect, it } from 'vitest';
import { checkForm, emptyForm, hasProblems, sortProblems, toBody, toLines } from './plan-form.ts';

describe('the form of a plan', () => {
  it('sends only what was said', () => {
    expect(toBody(emptyForm)).toEqual({});
    expect(hasProblems(checkForm(emptyForm))).toBe(false);
    expect(
      toBody({
        ...emptyForm,
        requirements: 'six\n\nlxml>=5\n\n',
        excludes: 'foo, bar\nbaz',
        excludeNewer: '2026-01-31',
        maxDeps: '20',
        packages: '{"six": {"version": "1.16.0"}}',
        flags: ['bootstrap', 'missing_avoid'],
      }),
    ).toEqual({
      requirements: ['six', '#', 'lxml>=5'],
      excludes: ['foo', 'bar', 'baz'],
      exclude_newer: '2026-01-31T23:59:59.999Z',
      max_deps: 20,
      packages: { six: { version: '1.16.0' } },
      bootstrap: true,
      missing: 'avoid',
    });
  });

  it('keeps the numbers of lines', () => {
    expect(toLines('\r\n\r\nsix\r\n')).toEqual(['#', '#', 'six']);
    expect(toLines('  \n')).toEqual([]);
  });

  it('says what does not fit at its field, before anything is asked', () => {
    const { fields } = checkForm({
      ...emptyForm,
      pythonVersion: '2.7',
      platformTag: 'S390X',
      maxDeps: 'many',
      excludeNewer: 'yesterday',
      packages: '{',
    });
    expect(Object.keys(fields).toSorted()).toEqual([
      'exclude_newer',
      'max_deps',
      'packages',
      'platform_tag',
      'python_version',
    ]);
  });

  it('puts what the controller says to its line, and leaves the rest to be told', () => {
    const problems = sortProblems([
      { path: 'requirements', message: 'requirements:3: "foo>=": expected a version.' },
      { path: 'requirements.1', message: 'Too big' },
      { path: 'overrides', message: 'overrides:1: "x y": expected a specifier.' },
      { path: 'lock.txt', message: 'lock.txt:2: no.' },
      { path: 'platform_tag', message: 'There is no such machine.' },
    ]);
    expect(problems.lines).toEqual({
      requirements: [
        { line: 3, text: '"foo>=": expected a version.' },
        { line: 2, text: 'Too big' },
      ],
      overrides: [{ line: 1, text: '"x y": expected a specifier.' }],
    });
    expect(problems.fields).toEqual({ platform_tag: ['There is no such machine.'] });
    expect(problems.others).toEqual([{ path: 'lock.txt', message: 'lock.txt:2: no.' }]);
  });
});
