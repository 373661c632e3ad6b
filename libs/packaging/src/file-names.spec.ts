import { describe, expect, it } from 'vitest';
import { findSdistFileName, parseSdistFileName } from './sdist-file-name.ts';
import { formatTag } from './tag.ts';
import { compareBuildTags, parseWheelFileName } from './wheel-file-name.ts';

describe('wheel file names (PEP 427)', () => {
  it('reads name, version, build tag and the cross product of its tags', () => {
    const wheel = parseWheelFileName(
      'Foo_Bar-1.0-2ab-cp311.cp312-abi3.none-manylinux_2_17_s390x.manylinux2014_s390x.whl',
    );
    expect(wheel).toMatchObject({ normalizedName: 'foo-bar', buildTag: { number: 2, suffix: 'ab' } });
    expect(wheel.version.text).toBe('1.0');
    expect(wheel.tags).toHaveLength(8);
    expect(wheel.tags.map(formatTag)).toContain('cp312-abi3-manylinux2014_s390x');
  });

  it.each([
    'foo-1.0-py3-none-any.zip',
    'foo-1.0-none-any.whl',
    'foo-1.0-1-2-py3-none-any.whl',
    'foo__bar-1.0-py3-none-any.whl',
    'foo-latest-py3-none-any.whl',
    'foo-1.0-x1-py3-none-any.whl',
    'foo-1.0-py3--any.whl',
    'foo-1.0-3py-none-any.whl',
    '../foo-1.0-py3-none-any.whl',
    'foo-1.0-py3-none-any/x.whl',
    `foo-1.0-${Array.from({ length: 40 }, (_, at) => `a${at}`).join('.')}-x-y.whl`.repeat(2),
    `f-1-${'a.'.repeat(20)}a-${'b.'.repeat(20)}b-${'c.'.repeat(20)}c.whl`,
  ])('%s is refused', (filename) => {
    expect(() => parseWheelFileName(filename)).toThrow(
      expect.objectContaining({ code: 'WHEEL_NAME_INVALID' }),
    );
  });

  it('orders build tags by number first', () => {
    const tags = [{ number: 10, suffix: '' }, { number: 2, suffix: 'b' }, null, { number: 2, suffix: 'a' }];
    expect(tags.sort(compareBuildTags)).toEqual([
      null,
      { number: 2, suffix: 'a' },
      { number: 2, suffix: 'b' },
      { number: 10, suffix: '' },
    ]);
  });
});

describe('sdist file names (PEP 625 and before)', () => {
  it.each([
    ['foo_bar-1.0.tar.gz', 'foo-bar', '1.0', '.tar.gz'],
    ['Foo-Bar-1.0.post1.zip', 'foo-bar', '1.0.post1', '.zip'],
    ['backports.zstd-1.0.tar.gz', 'backports-zstd', '1.0', '.tar.gz'],
  ])('%s', (filename, name, version, format) => {
    const sdist = parseSdistFileName(filename);
    expect([sdist.normalizedName, sdist.version.text, sdist.format]).toEqual([name, version, format]);
  });

  it('decides between the readings of a legacy name by the project', () => {
    expect(parseSdistFileName('a-1-2.tar.gz').normalizedName).toBe('a-1');
    const known = parseSdistFileName('a-1-2.tar.gz', 'A');
    expect([known.normalizedName, known.version.text]).toEqual(['a', '1.post2']);
  });

  it.each(['foo.tar.gz', 'foo-1.0.tar.bz2', 'foo-1.0', '-1.0.tar.gz', 'a/b-1.0.tar.gz', 'foo-x.zip'])(
    '%s is refused',
    (filename) => {
      expect(findSdistFileName(filename)).toBeUndefined();
    },
  );

  it('is not one of another project', () => {
    expect(findSdistFileName('foobar-1.0.tar.gz', 'foo')).toBeUndefined();
  });
});
