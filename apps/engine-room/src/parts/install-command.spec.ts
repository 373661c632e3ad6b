import { describe, expect, it } from 'vitest';
import { writeInstallCommand, writePinsCommand } from './install-command.ts';

const wheel = {
  url: 'https://iw.example/files/00ff/six-1.0-cp312-cp312-linux_s390x.whl',
  name: 'six',
  version: '1.0',
  python_tag: 'cp312',
  platform_tag: 'linux_s390x',
};

describe('the command that installs a wheel', () => {
  it('asks the index of all targets where the wheel says what it needs', () => {
    expect(
      writeInstallCommand({
        ...wheel,
        tags: ['cp312-cp312-linux_s390x', 'cp312-cp312-manylinux_2_28_s390x'],
      }),
    ).toBe('pip install --index-url https://iw.example/simple/ six==1.0');
  });

  it('asks the index of its target where the wheel is for a plain linux', () => {
    expect(writeInstallCommand({ ...wheel, tags: ['cp312-cp312-linux_s390x'] })).toBe(
      'pip install --index-url https://iw.example/index/cp312-linux_s390x/simple/ six==1.0',
    );
  });

  it('quotes what a shell would take for a pattern', () => {
    expect(writePinsCommand('https://iw.example/simple/', ['a[b,c]==1.0', 'six==1.0'])).toBe(
      "pip install --index-url https://iw.example/simple/ 'a[b,c]==1.0' six==1.0",
    );
  });
});
