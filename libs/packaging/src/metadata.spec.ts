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

  it('refuses bytes that are not UTF-8, and a file that is far too large', () => {
    const latin = Uint8Array.from([...Buffer.from(write('Author: ')), 0xe9, 0x0a]);
    expect(() => parseMetadata(latin)).toThrow(/not UTF-8/);
    expect(() => parseMetadata(new Uint8Array(20 * 1024 * 1024))).toThrow(/larger/);
    expect(parseMetadata(Buffer.from(write('Author: é'))).name).toBe('Foo.Bar');
  });
});
