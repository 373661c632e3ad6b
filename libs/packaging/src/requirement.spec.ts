import { describe, expect, it } from 'vitest';
import { evaluateMarker } from './evaluate-marker.ts';
import { parseMarker } from './marker.ts';
import { parseRequirement } from './requirement.ts';
import { createTarget } from './target-environment.ts';

const s390x = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' }).markers;

describe('requirements (PEP 508)', () => {
  it('reads every part', () => {
    const requirement = parseRequirement(
      ' Requests [Security,tests_2, security] >= 2.8.1, == 2.8.* ; python_version < "3.13" ',
    );
    expect(requirement).toMatchObject({
      name: 'Requests',
      normalizedName: 'requests',
      extras: ['security', 'tests-2'],
      specifiers: { text: '>= 2.8.1,== 2.8.*' },
    });
    expect(requirement.marker && evaluateMarker(requirement.marker, s390x)).toBe(true);
  });

  it('reads the URL form, in which ";" belongs to the URL until there is a space', () => {
    const requirement = parseRequirement(
      'pip @ https://h.example/pip.zip;a=b#sha1=da39 ; os_name == "posix"',
    );
    expect(requirement.url).toBe('https://h.example/pip.zip;a=b#sha1=da39');
    expect(requirement.marker).toBeDefined();
  });

  it.each([
    'A',
    'A.B-C_D',
    'aa',
    'name<=1',
    'name (==4)',
    'name>=3,',
    'name[]',
    'name [ a ]',
    'name===1.odd',
  ])('%j is one', (text) => {
    expect(parseRequirement(text).text).toBe(text);
  });

  it.each([
    '',
    '-r other.txt',
    'name name2',
    'name[',
    'name[a,]',
    'name[a;b]',
    'name>=',
    'name>=1 <2',
    'name,',
    'name>=1,,<2',
    'name (>=1',
    'name @',
    'name_ >=1',
    'name;',
    'name; python_version',
    'name; os_name == "a" junk',
    `name; ${'('.repeat(5000)}`,
    `name; ${'x'.repeat(10_000)}`,
  ])('%j is refused with its place', (text) => {
    expect(() => parseRequirement(text)).toThrow(/at character \d+/);
  });
});

describe('markers', () => {
  it.each([
    ['platform_machine == "s390x" and sys_platform == "linux"', true],
    ['platform_machine == "x86_64" or os_name == "nt"', false],
    ['python_version >= "3.9"', true],
    ['"3.9" <= python_version', true],
    ['python_version == "3.12.*"', true],
    ['python_version > "3.12"', false],
    ['python_full_version > "3.12"', true],
    ['python_version ~= "3.7"', true],
    ['python_version in "3.11 3.12"', true],
    ['python_version not in "3.11, 3.12"', false],
    ['implementation_name == "cpython" and platform_python_implementation == \'CPython\'', true],
    ["os.name == 'posix' and python_implementation == 'CPython'", true],
    ['os_name == "posix" or os_name == "x" and os_name == "y"', true],
    ['(os_name == "posix" or os_name == "x") and os_name == "y"', false],
    // No order of plain text: `<` is false, `<=` is equality.
    ['platform_machine < "t"', false],
    ['platform_machine <= "s390x"', true],
    // An unknown kernel release is text.
    ['platform_release >= "5.0"', false],
    ['platform_release ~= "5.0"', false],
    ['extra == "test"', false],
    ['extra != "test"', true],
  ])('%s is %s on s390x', (text, expected) => {
    expect(evaluateMarker(parseMarker(text), s390x)).toBe(expected);
  });

  it('takes extra for membership in the set that is asked for, by normalized name', () => {
    const extras = new Set(['Test_Tools', 'docs']);
    const isIn = (text: string): boolean => evaluateMarker(parseMarker(text), s390x, { extras });
    expect(isIn('extra == "test.tools" and "docs" == extra')).toBe(true);
    expect(isIn('"other" in extras')).toBe(false);
    expect(isIn('"other" not in extras and extra != "docs"')).toBe(false);
    const dependencyGroups = new Set(['dev']);
    expect(evaluateMarker(parseMarker('"dev" in dependency_groups'), s390x, { dependencyGroups })).toBe(true);
  });

  it('is an error where the comparison is not defined, whatever stands beside it', () => {
    const marker = parseMarker('os_name == "posix" or platform_machine ~= "s390x"');
    expect(() => evaluateMarker(marker, s390x)).toThrow(expect.objectContaining({ code: 'MARKER_INVALID' }));
  });

  it.each([
    'python_version',
    '"a" == "b"',
    'unknown_variable == "1"',
    'os_name = "posix"',
    'os_name == posix',
    'os_name == "posix',
    'extra >= "a"',
    'extras == "a"',
    '(os_name == "a"',
    'os_name == "a" and',
    'os_name notin "a"',
  ])('%s is refused', (text) => {
    expect(() => parseMarker(text)).toThrow(expect.objectContaining({ code: 'MARKER_INVALID' }));
  });
});
