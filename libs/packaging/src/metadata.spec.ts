import { describe, expect, it } from 'vitest';
import { isStaticField, parseMetadata } from './metadata.ts';

const write = (...lines: string[]): string =>
  ['Metadata-Version: 2.2', 'Name: Foo.Bar', 'Version: 1.0', ...lines].join('\n');

describe('core metadata', () => {
  it('reads the fields that planning needs, and leaves the description alone', () => {
    const metadata = parseMetadata(
      write(
        'Summary: something',
        'Requires-Dist: numpy (>=1.26)',
        "Requires-Dist: pytest ; extra == 'Test_All'",
        'requires-python: >=3.9, !=3.11.0',
        'Provides-Extra: Test_All',
        'Dynamic: Requires-Dist',
        'License: several',
        '        lines',
        '',
        'Requires-Dist: not-a-field',
        'Name: neither',
      ),
    );
    expect(metadata).toMatchObject({
      name: 'Foo.Bar',
      normalizedName: 'foo-bar',
      providesExtra: ['test-all'],
    });
    expect(metadata.requiresDist.map(({ normalizedName }) => normalizedName)).toEqual(['numpy', 'pytest']);
    expect(metadata.requiresPython?.text).toBe('>=3.9,!=3.11.0');
    expect(isStaticField(metadata, 'Requires-Dist')).toBe(false);
    expect(isStaticField(metadata, 'Requires-Python')).toBe(true);
  });

  it.each(['1.0', '1.1', '1.2', '2.0', '2.1', '2.2', '2.3', '2.4', '2.5', '2.9'])(
    'takes Metadata-Version %s',
    (version) => {
      const metadata = parseMetadata(`Metadata-Version: ${version}\r\nName: a\r\nVersion: 1\r\n\r\nbody`);
      expect(metadata.metadataVersion).toBe(version);
      expect(isStaticField(metadata, 'Requires-Dist')).toBe(Number(version) >= 2.2);
    },
  );

  it('lets an unreadable Requires-Python of old exclude nobody, where its reader says so', () => {
    const text = write('Requires-Python: >=3.5.*');
    expect(() => parseMetadata(text)).toThrow(/Requires-Python/);
    expect(parseMetadata(text, { ignoresUnreadablePython: true }).requiresPython).toBeNull();
    const other = write('Requires-Python: >=3.5.*', 'Requires-Dist: >=1');
    expect(() => parseMetadata(other, { ignoresUnreadablePython: true })).toThrow(/^Requires-Dist/);
  });

  it('takes a line separator of Unicode for a character of the value, not for the end of a line', () => {
    const metadata = parseMetadata(write('Summary: one\u2028two', 'Requires-Python: >=3.9\u2028'));
    expect(metadata.requiresPython?.text).toBe('>=3.9');
  });

  it('names every problem at once', () => {
    const text =
      'Metadata-Version: 3.0\nName: a b\nName: c\nVersion: latest\nRequires-Dist: >=1\nRequires-Python: three\n';
    expect(() => parseMetadata(text)).toThrow(
      /Metadata-Version.*Name stands 2 times.*"a b".*"latest".*Requires-Dist.*Requires-Python/s,
    );
  });

  it.each([
    ['nothing', ''],
    ['no fields', 'hello world\n'],
    ['binary', '\u0000\u0001\u0002'],
    ['a page', '<!DOCTYPE html><html></html>'],
    ['a missing version', 'Metadata-Version: 2.1\nName: a\n'],
    ['a requirement of spaces', write(`Requires-Dist: a${' '.repeat(1_000_000)}b`)],
    ['endless headers', 'X: y\n'.repeat(60_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseMetadata(text)).toThrow(expect.objectContaining({ code: 'METADATA_INVALID' }));
  });

  it.each(['../../etc/passwd', '-a', 'a b', 'ａ', 'ı', 'a'.repeat(10_000), '<script>'])(
    'refuses the name %.20s and shows a short piece of it',
    (name) => {
      const read = (): unknown => parseMetadata(`Metadata-Version: 2.1\nName: ${name}\nVersion: 1\n`);
      expect(read).toThrow(/^Name ".{1,140}" is not a project name \(PEP 508\)\.$/);
    },
  );

  it('keeps the error short however many problems there are', () => {
    const text = write(...Array.from({ length: 40_000 }, () => `Requires-Dist: ${'!'.repeat(200)}`));
    expect(() => parseMetadata(text)).toThrow(/^.{1,8000} And 39980 more\.$/);
  });

  it('refuses bytes that are not UTF-8, and a file that is far too large', () => {
    const latin = Uint8Array.from([...Buffer.from(write('Author: ')), 0xe9, 0x0a]);
    expect(() => parseMetadata(latin)).toThrow(/not UTF-8/);
    expect(() => parseMetadata(new Uint8Array(100 * 1024 * 1024))).toThrow(/larger than 10485760 bytes/);
    expect(() => parseMetadata('x'.repeat(20 * 1024 * 1024))).toThrow(/larger/);
    expect(() => parseMetadata(Buffer.from(`\uFEFF${write()}`, 'utf16le'))).toThrow(/not UTF-8/);
    expect(parseMetadata(Buffer.from(write('Author: é'))).name).toBe('Foo.Bar');
  });
});
