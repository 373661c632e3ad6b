import { describe, expect, it } from 'vitest';
import { isServedBy } from './is-served-by.ts';

type Wanted = Parameters<typeof isServedBy>[0];
const sdist = (sha256: string | null, origin: 'index' | 'input' = 'index'): Wanted['source'] => ({
  origin,
  filename: 'x-1.tar.gz',
  sha256,
});
const job = (more: Partial<Wanted> = {}): Wanted => ({
  python_tag: 'cp312',
  platform_tag: 'manylinux_2_28_s390x',
  source: null,
  recipes: { apt: [], dnf: [], env: {} },
  ...more,
});
const built = job({ python_tag: 'cp310' });

describe('a wheel that was built for one target serves another', () => {
  it.each<[string, Partial<Wanted>, boolean]>([
    ['x-1-py3-none-any.whl', {}, true],
    ['x-1-py3-none-any.whl', { platform_tag: 'musllinux_1_2_x86_64' }, true],
    ['x-1-cp310-abi3-manylinux_2_28_s390x.whl', {}, true],
    ['x-1-cp310-abi3-manylinux_2_28_s390x.whl', { python_tag: 'cp39' }, false],
    ['x-1-cp310-abi3-manylinux_2_28_s390x.whl', { python_tag: 'cp313t' }, false],
    ['x-1-cp310-abi3-manylinux_2_34_s390x.whl', {}, false],
    ['x-1-cp310-abi3-manylinux_2_28_s390x.whl', { platform_tag: 'manylinux_2_28_x86_64' }, false],
    ['x-1-cp310-cp310-manylinux_2_28_s390x.whl', {}, false],
    ['x-1-cp310-abi3-linux_s390x.whl', { platform_tag: 'linux_s390x' }, false],
    ['no wheel', {}, false],
    ['x-1-py3-none-any.whl', { python_tag: 'pp310' }, false],
    ['x-1-py3-none-any.whl', { platform_tag: 'nothing_known' }, false],
  ])('%s for %j: %s', (wheel, more, expected) => {
    expect(isServedBy(job(more), built, wheel)).toBe(expected);
  });

  it('only when it was made from the same source, in the same way', () => {
    const wheel = 'x-1-py3-none-any.whl';
    const [a, b] = ['a', 'b'].map((digit) => digit.repeat(64));
    const served = (one: Partial<Wanted>, other: Partial<Wanted>): boolean =>
      isServedBy(job(one), job(other), wheel);
    expect(served({ source: sdist(a ?? '') }, { source: sdist(a ?? '', 'input') })).toBe(true);
    expect(served({ source: sdist(a ?? '') }, { source: sdist(b ?? '') })).toBe(false);
    expect(served({ source: null }, { source: sdist(a ?? '') })).toBe(true);
    expect(served({ source: null }, { source: sdist(a ?? '', 'input') })).toBe(false);
    expect(served({ recipes: { apt: [], dnf: [], env: { A: '1' } } }, {})).toBe(false);
  });
});
