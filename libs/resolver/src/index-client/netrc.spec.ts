import { describe, expect, it } from 'vitest';
import { findFileAuthorization, prepareIndex } from './index-credentials.ts';
import { parseNetrc } from './netrc.ts';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('netrc', () => {
  it('gives machines and the default, over lines or on one', () => {
    const netrc = parseNetrc(
      `# comment
machine One.Example login me password p#1
machine two.example
	login you   # not a comment for pip
`.replace(/ {3}# not.*/, '') +
        `	password two
  account work
default login anyone password guest
`,
    );
    expect(Object.fromEntries(netrc.machines)).toEqual({
      'one.example': { login: 'me', password: 'p#1' },
      'two.example': { login: 'you', password: 'two' },
    });
    expect(netrc.fallback).toEqual({ login: 'anyone', password: 'guest' });
  });

  it('takes quotes and backslashes as pip does', () => {
    const { machines } = parseNetrc(String.raw`machine a.example login "a user" password "q\"b\\c d"
machine b.example login b password p\ w`);
    expect([...machines.values()]).toEqual([
      { login: 'a user', password: String.raw`q"b\c d` },
      { login: 'b', password: 'p w' },
    ]);
  });

  it('passes over macros, which end at an empty line', () => {
    const text =
      'macdef init\ncd machine evil.example login x\nbye\n\nmachine a.example login a password b\n';
    expect([...parseNetrc(text).machines.keys()]).toEqual(['a.example']);
  });

  it('takes the last of a machine that stands twice', () => {
    const text = 'machine a.example login a password 1 machine a.example login a password 2';
    expect(parseNetrc(text).machines.get('a.example')?.password).toBe('2');
  });

  it.each([
    ['a value is missing', 'machine a.example\nlogin a password', 2],
    ['a quote stays open', 'machine a.example login "hunter2', 1],
    ['a word is no keyword', '\nmachine a.example hunter2', 2],
    ['a word stands before any machine', 'login hunter2', 1],
    ['a word has no end', `machine ${'x'.repeat(5000)}`, 1],
    ['it is far too large', ' '.repeat(2 ** 20 + 1), 1],
    [
      'it names machines without end',
      'machine a'.repeat(0) + Array.from({ length: 10_001 }, (_, at) => `machine m${at}\n`).join(''),
      10_001,
    ],
  ])('is refused where %s, without saying a word of it', (_, text, line) => {
    expect(() => parseNetrc(text)).toThrow(expect.objectContaining({ code: 'NETRC_INVALID', line }));
    expect(() => parseNetrc(text)).not.toThrow(/hunter2/);
  });
});

describe('credentials', () => {
  const netrc = parseNetrc('machine one.example login n password rc default login d password rc');

  it('of an index come from its URL, else from netrc, else from its default', () => {
    const find = (url: string) => prepareIndex({ url }, netrc).authorization;
    expect(find('https://u:p@one.example/simple')).toBe(basic('u:p'));
    expect(find('https://one.example:8443/simple')).toBe(basic('n:rc'));
    expect(find('https://two.example/simple')).toBe(basic('d:rc'));
    expect(prepareIndex({ url: 'https://two.example/simple' }, null).authorization).toBeUndefined();
  });

  it('of a file are those of the nearest index of its origin', () => {
    const indexes = ['https://a:1@h.example/team-a/simple', 'https://b:2@h.example/team-b/simple'].map(
      (url) => prepareIndex({ url }, null),
    );
    const find = (url: string) => findFileAuthorization(url, indexes, netrc);
    expect(find('https://h.example/team-b/files/x.whl')).toBe(basic('b:2'));
    expect(find('https://h.example/files/x.whl')).toBe(basic('a:1'));
    expect(find('https://h.example:444/team-b/files/x.whl')).toBeUndefined();
    expect(find('http://h.example/team-b/files/x.whl')).toBeUndefined();
  });

  it('of a file elsewhere are those of netrc for its very host, over https', () => {
    const find = (url: string) => findFileAuthorization(url, [], netrc);
    expect(find('https://one.example/x.whl')).toBe(basic('n:rc'));
    expect(find('http://one.example/x.whl')).toBeUndefined();
    expect(find('https://evil.example/x.whl')).toBeUndefined();
  });
});
