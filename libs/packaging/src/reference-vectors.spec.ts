import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareVersions } from './compare-versions.ts';
import { compatibleTags } from './compatible-tags.ts';
import { evaluateMarker, type MarkerEnvironment } from './evaluate-marker.ts';
import { parseMarker } from './marker.ts';
import { filterVersions, matchesSpecifier } from './match-specifier.ts';
import { PackagingError } from './packaging-error.ts';
import { parseRequirement } from './requirement.ts';
import { parseSdistFileName } from './sdist-file-name.ts';
import { parseSpecifierSet } from './specifier.ts';
import { formatTag } from './tag.ts';
import { findVersion, parseVersion } from './version.ts';
import { parseWheelFileName } from './wheel-file-name.ts';

/** As `ENVIRONMENT` in test-data/record-vectors.py. */
const environment: MarkerEnvironment = {
  os_name: 'posix',
  sys_platform: 'linux',
  platform_machine: 's390x',
  platform_python_implementation: 'CPython',
  platform_release: '6.1',
  platform_system: 'Linux',
  platform_version: '#1 SMP',
  python_version: '3.12',
  python_full_version: '3.12.12',
  implementation_name: 'cpython',
  implementation_version: '3.12.12',
};

const evaluate = ([text, extras]: [string, string[]]): boolean =>
  evaluateMarker(parseMarker(text), environment, { extras: new Set(extras) });

const filter = ([text, versions]: [string, string[]]): string[] =>
  filterVersions(
    versions.map((given) => ({ given, version: parseVersion(given) })),
    parseSpecifierSet(text),
  ).map(({ given }) => given);

const readRequirement = (text: string): unknown => {
  const { name, extras, specifiers, url, marker } = parseRequirement(text);
  const clauses = specifiers.specifiers.map((specifier) => {
    const isPrefix = specifier.operator !== '===' && specifier.isPrefix;
    return `${specifier.operator}${specifier.text}${isPrefix ? '.*' : ''}`;
  });
  return [name, extras.toSorted(), [...new Set(clauses)].sort(), url ?? null, marker !== undefined];
};

const readWheel = (filename: string): unknown => {
  const { normalizedName, version, buildTag, tags } = parseWheelFileName(filename);
  const build = buildTag === null ? '' : `${buildTag.number}${buildTag.suffix}`;
  return [normalizedName, version.text, build, [...new Set(tags.map(formatTag))].sort()];
};

const readSdist = (filename: string): unknown => {
  const { normalizedName, version } = parseSdistFileName(filename);
  return [normalizedName, version.text];
};

const families: Readonly<Record<string, (input: never) => unknown>> = {
  version: (text: string) => findVersion(text)?.text ?? null,
  order: ([left, right]: [string, string]) => compareVersions(parseVersion(left), parseVersion(right)),
  contains: ([text, version, prereleases]: [string, string, boolean]) =>
    matchesSpecifier(version, parseSpecifierSet(text), { prereleases }),
  filter,
  marker: evaluate,
  requirement: readRequirement,
  wheel: readWheel,
  sdist: readSdist,
  tags: ([minor, isFreeThreaded, platforms]: [number, boolean, string[]]) =>
    compatibleTags({ minor, isFreeThreaded }, platforms).map(formatTag),
};

const answer = (family: string, input: never): unknown => {
  try {
    return families[family]?.(input);
  } catch (error) {
    if (error instanceof PackagingError) return null;
    throw error;
  }
};

const vectors = readFileSync(new URL('../test-data/reference-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as [family: string, input: never, answer: unknown]);

describe('the recorded answers of the reference implementation (pypa packaging 26.3)', () => {
  it.each(Object.keys(families))('%s', (family) => {
    const cases = vectors.filter(([of]) => of === family);
    expect(cases.length).toBeGreaterThan(3);
    const ours = cases.map(([, input]) => ({ input, answer: answer(family, input) }));
    expect(ours).toEqual(cases.map(([, input, theirs]) => ({ input, answer: theirs })));
  });
});
