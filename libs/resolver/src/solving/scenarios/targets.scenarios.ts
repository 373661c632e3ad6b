import { type Scenario } from './scenario.ts';

const leaf = { '1.0': '' };
const avoid = { missingPolicy: 'avoid' } as const;

const marker = (title: string, text: string, x86: boolean, s390x: boolean): Scenario => ({
  title: `marker: ${title}`,
  packages: { a: { '1.0': `b ; ${text}` }, b: leaf },
  ask: ['a'],
  expect: x86 ? 'a==1.0 b==1.0' : 'a==1.0',
  s390x: s390x ? 'a==1.0 b==1.0' : 'a==1.0',
});

export const targetScenarios: readonly Scenario[] = [
  marker('the machine of the target', 'platform_machine == "s390x"', false, true),
  marker('another machine', 'platform_machine == "x86_64"', true, false),
  marker('a machine excluded', 'platform_machine != "s390x"', true, false),
  marker('a machine of several', 'platform_machine in "x86_64 aarch64"', true, false),
  marker('a machine of none', 'platform_machine not in "x86_64 aarch64"', false, true),
  marker('the system', 'sys_platform == "linux"', true, true),
  marker('another system', 'sys_platform == "win32" or os_name == "nt"', false, false),
  marker('system and machine', 'sys_platform == "linux" and platform_machine == "s390x"', false, true),
  marker(
    'in parentheses',
    '(sys_platform == "win32" or platform_machine == "s390x") and python_version > "3"',
    false,
    true,
  ),
  marker('the Python', 'python_version >= "3.10"', true, true),
  marker('an older Python', 'python_version < "3.10"', false, false),
  marker('the patch level', 'python_full_version >= "3.12.4"', true, true),
  marker('the implementation', 'implementation_name == "cpython"', true, true),
  marker('another implementation', 'platform_python_implementation == "PyPy"', false, false),
  {
    title: 'marker: another version on each machine',
    packages: {
      a: { '1.0': 'b<2 ; platform_machine == "s390x" | b>=2 ; platform_machine != "s390x"' },
      b: { '1.0': '', '2.0': '' },
    },
    ask: ['a'],
    expect: 'a==1.0 b==2.0',
    s390x: 'a==1.0 b==1.0',
  },
  {
    title: 'marker: a conflict on one machine only',
    packages: { a: { '1.0': 'b<2 ; platform_machine == "s390x"' }, b: { '1.0': '', '2.0': '' } },
    ask: ['a', 'b>=2'],
    expect: 'a==1.0 b==2.0',
    s390x: { conflict: 'You ask for b>=2 (requirements.txt:2), but a 1.0 requires b<2.' },
  },
  {
    title: 'marker: an older release on one machine only',
    packages: {
      a: { '1.0': '', '2.0': 'b<2 ; platform_machine == "s390x"' },
      b: { '1.0': '', '2.0': '' },
    },
    ask: ['a', 'b>=2'],
    expect: 'a==2.0 b==2.0',
    s390x: 'a==1.0 b==2.0',
  },
  {
    title: 'marker: a requirement that contradicts itself nowhere',
    packages: { a: { '1.0': 'b<1 ; sys_platform == "win32"' }, b: leaf },
    ask: ['a', 'b'],
    expect: 'a==1.0 b==1.0',
  },
  {
    title: 'marker: an undefined comparison makes the release unusable',
    packages: { a: { '1.0': '', '2.0': 'b ; os_name ~= "posix"' }, b: leaf },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'Requires-Python: a newer one is passed over',
    packages: { a: { '1.0': '', '2.0 python>=3.13': '' } },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'Requires-Python: of the METADATA alone',
    packages: { a: { '1.0': '', '2.0 metadata-python>=3.13': '' } },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'Requires-Python: a patch level that the target has',
    packages: { a: { '1.0': '', '2.0 metadata-python>=3.12.4': '' } },
    ask: ['a'],
    expect: 'a==2.0',
  },
  {
    title: 'Requires-Python: an upper bound',
    packages: { a: { '1.0': '', '2.0 metadata-python<3.12': '' } },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'Requires-Python: nothing else, by the index',
    packages: { a: { '1.0 python>=3.13': '' } },
    ask: ['a'],
    expect: 'a==1.0!requires_python',
  },
  {
    title: 'Requires-Python: nothing else, by the METADATA',
    packages: { a: { '1.0 metadata-python>=3.13': '' } },
    ask: ['a'],
    expect: {
      conflict: 'You ask for a (requirements.txt:1), but a 1.0 needs Python >=3.13; the target has 3.12.12.',
    },
  },
  {
    title: 'Requires-Python: leads to an older parent',
    packages: { a: { '1.0': 'b<2', '2.0': 'b>=2' }, b: { '1.0': '', '2.0 python>=3.13': '' } },
    ask: ['a'],
    options: avoid,
    expect: 'a==1.0 b==1.0',
  },
];
