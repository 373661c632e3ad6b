import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { acceptedDifferences, findExplanation } from '../test-data/accepted-differences.ts';
import { answerCase, familyNames } from '../test-data/answer-case.ts';

type Vector = readonly [family: string, input: unknown, theirs: unknown];

const readVectors = (name: string): Vector[] =>
  readFileSync(new URL(`../test-data/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);

const pinned = readFileSync(new URL('../test-data/reference/pinned.txt', import.meta.url), 'utf8').trim();
const sampled = readVectors('reference-vectors.jsonl');
const found = readVectors('reference-differences.jsonl');
const toSha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Which accepted difference explains the two answers; null: they are the same. */
const explain = ([family, input, theirs]: Vector): string | null => {
  const ours = answerCase(family, input, toSha256);
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return null;
  const difference = { family, input, theirs, ours };
  return findExplanation(difference)?.name ?? JSON.stringify(difference);
};

describe(`the recorded answers of the reference implementation (${pinned})`, () => {
  // Of the order of platforms no answer is the same: it stands among the differences.
  it.each(familyNames.filter((family) => family !== 'platforms'))('%s', (family) => {
    const cases = sampled.filter(([of]) => of === family);
    expect(cases.length).toBeGreaterThan(50);
    expect(cases.map(explain).filter((name) => name !== null)).toEqual([]);
  });

  it.each(acceptedDifferences.map(({ name }) => name))('differ by the standard: %s', (name) => {
    expect(found.map(explain)).toContain(name);
  });

  it('differ by nothing else', () => {
    const known = new Set<string | null>([null, ...acceptedDifferences.map(({ name }) => name)]);
    expect(found.map(explain).filter((name) => !known.has(name))).toEqual([]);
  });
});
