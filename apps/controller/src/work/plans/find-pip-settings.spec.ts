import { afterEach, describe, expect, it, vi } from 'vitest';
import { findPythonFacts, toPlatformTag } from './find-pip-settings.ts';

describe('findPythonFacts', () => {
  afterEach(() => vi.unstubAllEnvs());

  it("reads pip's own configuration and environment", async () => {
    vi.stubEnv('PIP_INDEX_URL', 'https://mirror.example/simple');
    vi.stubEnv('PIP_EXTRA_INDEX_URL', 'https://one.example/simple https://two.example/simple');
    vi.stubEnv('PIP_CERT', '/some/ca.pem');
    vi.stubEnv('PIP_TRUSTED_HOST', 'mirror.example');
    const facts = await findPythonFacts();
    expect(facts?.index).toEqual({
      index_url: 'https://mirror.example/simple',
      extra_index_urls: ['https://one.example/simple', 'https://two.example/simple'],
      cert: '/some/ca.pem',
      proxy: null,
      trusted_hosts: ['mirror.example'],
    });
    expect(facts?.python_version).toMatch(/^3\.\d+$/);
  });

  it('knows no index when pip is told to use none', async () => {
    vi.stubEnv('PIP_NO_INDEX', '1');
    expect((await findPythonFacts())?.index).toMatchObject({ index_url: null, extra_index_urls: [] });
  });

  it('answers null where there is no python3', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await findPythonFacts()).toBeNull();
  });
});

describe('toPlatformTag', () => {
  it.each([
    ['s390x', 'glibc', '2.28', 'manylinux_2_28_s390x'],
    ['x86_64', 'glibc', '2.36', 'manylinux_2_36_x86_64'],
    ['aarch64', '', '', 'musllinux_1_2_aarch64'],
    ['s390x', 'glibc', 'odd', 'linux_s390x'],
  ])('of %s with %s %s is %s', (machine, libc, version, tag) => {
    expect(toPlatformTag({ machine, libc: [libc, version] })).toBe(tag);
  });
});
