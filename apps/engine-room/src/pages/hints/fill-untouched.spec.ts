import { describe, expect, it } from 'vitest';
import { fillUntouched } from './fill-untouched.ts';
import { emptyHint } from './hint-values.ts';

const draft = {
  pattern: 'fatal error: a\\.h',
  recipes: { apt: ['liba-dev'], dnf: [], env: {} },
  note: 'The header a.h is missing.',
  tests: [],
};

describe('a draft taken into the form', () => {
  it('fills what is empty or as it was given', () => {
    const given = { ...emptyHint, patterns: 'as the address has it', package: 'foo' };
    const { values } = fillUntouched({ given, values: { ...given, note: '' } }, draft);
    expect(values).toMatchObject({
      patterns: draft.pattern,
      apt: 'liba-dev',
      note: draft.note,
      package: 'foo',
      enabled: 'yes',
    });
  });

  it('leaves what a person typed or switched', () => {
    const typed = {
      ...emptyHint,
      patterns: 'mine',
      specifier: '<2',
      dnf: 'a-devel',
      tests: '+ mine',
      note: 'mine',
      expires_at: '2027-01-02T03:04',
      enabled: '',
    };
    const { values } = fillUntouched({ given: emptyHint, values: typed }, draft);
    expect(values).toEqual({ ...typed, apt: 'liba-dev' });
  });

  it('gives way to the next draft where nobody touched it', () => {
    const first = fillUntouched({ given: emptyHint, values: emptyHint }, draft);
    const typed = { ...first, values: { ...first.values, note: 'mine' } };
    const { values } = fillUntouched(typed, { ...draft, pattern: 'other', note: 'other' });
    expect(values).toMatchObject({ patterns: 'other', note: 'mine' });
  });
});
