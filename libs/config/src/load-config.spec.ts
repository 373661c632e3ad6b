import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './load-config.ts';
import { addressText, flagText, httpUrlText, integerText, listText } from './schemas.ts';
import { defineSection } from './section.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'iw-config-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const section = defineSection({
  IRONWHEEL_NAME: { schema: z.string().min(2), description: 'A name.' },
  LIMIT: { schema: integerText(1, 10), default: '5', unit: 's', description: 'A limit.' },
  SECRET: { schema: z.string().min(8), secret: true, description: 'A secret.' },
  NEW_URL: { schema: httpUrlText, aliases: ['OLD_URL'], description: 'A URL.' },
});

function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    loadConfig([section], env);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ key, message }) => [key, message]));
  }
}

describe('loadConfig', () => {
  it('gives defaults, and undefined where there is none', () => {
    expect(loadConfig([section], { LIMIT: ' ' }).get(section)).toEqual({ LIMIT: 5 });
  });

  it('names every problem at once', () => {
    writeFileSync(join(directory, 'empty'), '');
    const problems = problemsOf({
      IRONWHEEL_NAME: 'x',
      LIMIT: '11',
      SECRET: 'tiny',
      NEW_URL: 'ftp://x',
      IRONWHEEL_NAMES: 'y',
      IRONWHEEL_NOTHING_LIKE_IT: 'z',
    });
    expect(problems).toEqual({
      IRONWHEEL_NAME: expect.stringContaining('Too small') as string,
      LIMIT: 'expected at most 10',
      SECRET: 'is not valid',
      NEW_URL: 'expected an http:// or https:// URL',
      IRONWHEEL_NAMES: 'is not known; did you mean IRONWHEEL_NAME?',
      IRONWHEEL_NOTHING_LIKE_IT: 'is not known; remove it or correct its name',
    });
  });

  it('never repeats a secret in a problem', () => {
    const enumerated = defineSection({
      SECRET: { schema: z.enum(['a', 'b']), secret: true, description: 's' },
    });
    expect(() => loadConfig([enumerated], { SECRET: 'hunter2' })).toThrow(/^(?!.*hunter2)/s);
  });

  it('takes secrets from files, and refuses both ways at once', () => {
    const file = join(directory, 'secret');
    writeFileSync(file, 'from-a-file\n');
    expect(loadConfig([section], { SECRET_FILE: file }).get(section).SECRET).toBe('from-a-file');
    expect(problemsOf({ SECRET_FILE: file, SECRET: 'long-enough' })['SECRET']).toContain('SECRET_FILE');
    expect(problemsOf({ SECRET_FILE: join(directory, 'none') })['SECRET_FILE']).toBe(
      'the file cannot be read (ENOENT)',
    );
  });

  it('takes the key before its alias', () => {
    expect(loadConfig([section], { OLD_URL: 'http://old/' }).get(section).NEW_URL).toBe('http://old');
    expect(loadConfig([section], { OLD_URL: 'http://old', NEW_URL: 'http://new' }).get(section).NEW_URL).toBe(
      'http://new',
    );
  });

  it('says which section was not loaded', () => {
    const other = defineSection({ OTHER: { schema: z.string(), description: 'x' } });
    expect(() => loadConfig([section], {}).get(other)).toThrow(/OTHER was not loaded/);
  });
});

describe('schemas of values', () => {
  it.each([
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    [':8080', { host: '0.0.0.0', port: 8080 }],
    ['9000', { host: '127.0.0.1', port: 9000 }],
    ['[::1]:1', { host: '::1', port: 1 }],
    ['build.example:0', { host: 'build.example', port: 0 }],
  ])('address %s', (text, expected) => expect(addressText.parse(text)).toEqual(expected));

  it.each(['', 'host', 'host:', 'host:99999', 'a b:1', '::1:80', 'host:1:2'])('%s is no address', (text) =>
    expect(addressText.safeParse(text).success).toBe(false),
  );

  it.each([
    ['yes', true],
    ['FALSE', false],
    ['1', true],
    ['off', false],
  ])('flag %s', (text, expected) => expect(flagText.parse(text)).toBe(expected));

  it.each(['', '1.5', '0x10', '1e3', ' ', 'NaN'])('"%s" is no whole number', (text) =>
    expect(integerText(0, 100).safeParse(text).success).toBe(false),
  );

  it('lists split at commas and spaces', () => expect(listText.parse(' a, b\tc,,')).toEqual(['a', 'b', 'c']));
});
