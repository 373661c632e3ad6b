import { describe, expect, it } from 'vitest';
import { bestWheel, findWheelRank, isPureWheel, isWheelCompatible } from './choose-wheel.ts';
import { compatibleTags } from './compatible-tags.ts';
import { compatiblePlatforms, parsePlatformTag } from './platform-tags.ts';
import { formatTag } from './tag.ts';
import { createTarget } from './target-environment.ts';
import { parseWheelFileName } from './wheel-file-name.ts';

const s390x = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' });
const wheelOf = (tags: string) => parseWheelFileName(`foo-1.0-${tags}.whl`);

describe('platforms of a target', () => {
  it('go from the newest glibc down, a legacy alias behind its number, plain linux last', () => {
    const platforms = compatiblePlatforms(parsePlatformTag('manylinux_2_18_x86_64'));
    expect(platforms.slice(0, 3)).toEqual([
      'manylinux_2_18_x86_64',
      'manylinux_2_17_x86_64',
      'manylinux2014_x86_64',
    ]);
    expect(platforms.slice(-4)).toEqual([
      'manylinux_2_6_x86_64',
      'manylinux_2_5_x86_64',
      'manylinux1_x86_64',
      'linux_x86_64',
    ]);
    expect(platforms).toContain('manylinux2010_x86_64');
  });

  it('begin with manylinux2014 on s390x and aarch64', () => {
    for (const machine of ['s390x', 'aarch64']) {
      const platforms = compatiblePlatforms(parsePlatformTag(`manylinux_2_18_${machine}`));
      expect(platforms).toEqual([
        `manylinux_2_18_${machine}`,
        `manylinux_2_17_${machine}`,
        `manylinux2014_${machine}`,
        `linux_${machine}`,
      ]);
    }
  });

  it('never mix musl and glibc', () => {
    expect(compatiblePlatforms(parsePlatformTag('musllinux_1_2_s390x'))).toEqual([
      'musllinux_1_2_s390x',
      'musllinux_1_1_s390x',
      'musllinux_1_0_s390x',
      'linux_s390x',
    ]);
  });

  it('take a plain linux tag for a host with manylinux2014', () => {
    expect(parsePlatformTag('linux_s390x')).toMatchObject({ isLibcStated: false, libc: { minor: 17 } });
    expect(parsePlatformTag('manylinux2014_s390x').libc).toEqual({ family: 'glibc', major: 2, minor: 17 });
  });

  it.each([
    'any',
    'win_amd64',
    'manylinux_2_28_z80',
    'manylinux_3_1_s390x',
    'manylinux_2_12_s390x',
    'manylinux_2_s390x',
  ])('%s is refused', (tag) => {
    expect(() => parsePlatformTag(tag)).toThrow(expect.objectContaining({ code: 'TARGET_INVALID' }));
  });
});

describe('tags of a target', () => {
  it('go from its own ABI over the stable one to py3 and any', () => {
    expect(compatibleTags({ minor: 4, isFreeThreaded: false }, ['linux_s390x']).map(formatTag)).toEqual([
      'cp34-cp34-linux_s390x',
      'cp34-abi3-linux_s390x',
      'cp34-none-linux_s390x',
      'cp33-abi3-linux_s390x',
      'cp32-abi3-linux_s390x',
      'py34-none-linux_s390x',
      'py3-none-linux_s390x',
      'py33-none-linux_s390x',
      'py32-none-linux_s390x',
      'py31-none-linux_s390x',
      'py30-none-linux_s390x',
      'cp34-none-any',
      'py34-none-any',
      'py3-none-any',
      'py33-none-any',
      'py32-none-any',
      'py31-none-any',
      'py30-none-any',
    ]);
  });

  it('of a free-threaded build take no abi3', () => {
    const target = createTarget({ pythonVersion: '3.14', platformTag: 'linux_s390x', isFreeThreaded: true });
    expect(createTarget({ pythonVersion: '3.14t', platformTag: 'linux_s390x' })).toEqual(target);
    expect(target.abiTag).toBe('cp314t');
    // The name tells the two builds apart; the first part of their wheels' tags does not (PEP 425).
    expect([target.pythonTag, target.interpreterTag]).toEqual(['cp314t', 'cp314']);
    expect(isWheelCompatible(wheelOf('cp314-cp314t-linux_s390x'), target)).toBe(true);
    expect(isWheelCompatible(wheelOf('cp39-abi3-linux_s390x'), target)).toBe(false);
    expect(isWheelCompatible(wheelOf('cp314-abi3t-linux_s390x'), target)).toBe(true);
    expect(isWheelCompatible(wheelOf('cp314-cp314-linux_s390x'), target)).toBe(false);
  });

  it.each([
    ['cp312-cp312-manylinux_2_28_s390x', true],
    ['cp312-cp312-manylinux_2_17_s390x.manylinux2014_s390x', true],
    ['cp38-abi3-manylinux2014_s390x', true],
    ['py3-none-any', true],
    ['py2.py3-none-any', true],
    ['py3-none-linux_s390x', true],
    ['cp312-cp312-manylinux_2_31_s390x', false],
    ['cp312-cp312-musllinux_1_2_s390x', false],
    ['cp312-cp312-manylinux_2_17_x86_64', false],
    ['cp311-cp311-manylinux_2_17_s390x', false],
    ['cp313-abi3-manylinux_2_17_s390x', false],
    ['py2-none-any', false],
    ['pp310-pypy310_pp73-manylinux_2_17_s390x', false],
  ])('%s fits CPython 3.12 on manylinux_2_28_s390x: %s', (tags, expected) => {
    expect(isWheelCompatible(wheelOf(tags), s390x)).toBe(expected);
  });

  it('choose the best tag, then the highest build', () => {
    const names = [
      'py3-none-any',
      'cp39-abi3-manylinux_2_17_s390x',
      'cp312-cp312-manylinux_2_17_s390x',
      '1-cp312-cp312-manylinux_2_28_s390x',
      '10-cp312-cp312-manylinux_2_28_s390x',
      'cp312-cp312-manylinux_2_35_s390x',
    ];
    const best = bestWheel(
      names.map((tags) => ({ wheel: wheelOf(tags) })),
      s390x,
    );
    expect(best?.wheel.buildTag?.number).toBe(10);
    expect(bestWheel([{ wheel: wheelOf('cp311-cp311-linux_s390x') }], s390x)).toBeUndefined();
    expect(findWheelRank(wheelOf('cp312-cp312-manylinux_2_28_s390x'), s390x)).toBe(0);
  });

  it('tell a pure wheel from one with compiled parts', () => {
    expect(isPureWheel(wheelOf('py2.py3-none-any'))).toBe(true);
    expect(isPureWheel(wheelOf('py3-none-manylinux2014_s390x'))).toBe(false);
  });
});

describe('createTarget', () => {
  it('gives the markers of the target, not of this machine', () => {
    expect(s390x.markers).toMatchObject({
      platform_machine: 's390x',
      sys_platform: 'linux',
      python_version: '3.12',
      implementation_name: 'cpython',
      platform_python_implementation: 'CPython',
    });
    expect(s390x.pythonFullVersion).toMatch(/^3\.12\.\d+$/);
    expect(createTarget({ pythonVersion: '3.12.4', platformTag: 'linux_s390x' }).pythonFullVersion).toBe(
      '3.12.4',
    );
  });

  it.each(['3', '2.7', '3.7', '3.12.x', '3.12t', ''])('refuses Python %j', (pythonVersion) => {
    expect(() => createTarget({ pythonVersion, platformTag: 'linux_s390x' })).toThrow(
      expect.objectContaining({ code: 'TARGET_INVALID' }),
    );
  });

  it('refuses a free-threaded Python before 3.13', () => {
    expect(() =>
      createTarget({ pythonVersion: '3.12', platformTag: 'linux_s390x', isFreeThreaded: true }),
    ).toThrow(/3\.13/);
  });
});
