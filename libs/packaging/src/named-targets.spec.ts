import { describe, expect, it } from 'vitest';
import { formatTargetName, listTargets, parseTargetName } from './named-targets.ts';

describe('named targets', () => {
  it('are CPython 3.9 to 3.15 on three machines with glibc, free-threaded from 3.13 on', () => {
    const names = listTargets().map(({ name }) => name);
    expect(names).toHaveLength((7 + 3) * 3);
    expect(names[0]).toBe('cp39-manylinux_2_28_s390x');
    expect(names).toEqual(
      expect.arrayContaining([
        'cp312-manylinux_2_28_s390x',
        'cp313t-manylinux_2_28_aarch64',
        'cp315-manylinux_2_28_x86_64',
      ]),
    );
    expect(names).not.toContain('cp312t-manylinux_2_28_s390x');
  });

  it('are each what their name says', () => {
    for (const named of listTargets()) {
      const target = parseTargetName(named.name);
      expect(formatTargetName(target)).toBe(named.name);
      expect(target).toMatchObject({
        pythonVersion: named.pythonVersion,
        isFreeThreaded: named.isFreeThreaded,
        platformTag: named.platformTag,
      });
      expect(target.markers.platform_machine).toBe(named.platformTag.split('_28_')[1]);
    }
  });

  it('include by name what is not listed', () => {
    expect(parseTargetName('cp38-manylinux2014_s390x').libc).toEqual({
      family: 'glibc',
      major: 2,
      minor: 17,
    });
    expect(parseTargetName('cp313t-musllinux_1_2_s390x')).toMatchObject({
      abiTag: 'cp313t',
      libc: { family: 'musl' },
    });
  });

  it.each([
    '',
    'cp312',
    'cp312-',
    'pp310-manylinux_2_28_s390x',
    'cp27-manylinux_2_28_s390x',
    'CP312-manylinux_2_28_s390x',
    'cp312-manylinux_2_28_vax',
    'cp312-win_amd64',
    'cp312t-manylinux_2_28_s390x',
    'cp309-manylinux_2_28_s390x',
    `cp312-${'a'.repeat(5000)}`,
  ])('refuse %.40s', (name) => {
    expect(() => parseTargetName(name)).toThrow(expect.objectContaining({ code: 'TARGET_INVALID' }));
  });
});
