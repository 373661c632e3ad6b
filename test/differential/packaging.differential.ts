import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptedDifferences,
  findExplanation,
  type Difference,
} from '../../libs/packaging/test-data/accepted-differences.ts';
import { answerCase, familyNames } from '../../libs/packaging/test-data/answer-case.ts';
import { keptInputs, VectorRecorder } from './record-vectors.ts';
import { installReference, pinnedReference, streamCases, type ReferencePython } from './reference-python.ts';

const caseCount = Number(process.env['DIFFERENTIAL_CASES'] ?? 100_000);
const seed = process.env['DIFFERENTIAL_SEED'] ?? '1';
/** From here on a rare accepted difference not occurring means that it occurs no more. */
const enoughToMeetEach = 100_000;
const mostShown = 20;

/** There are fewer of these than cases asked for: each of them is asked. */
const everyTarget = new Set(['platforms', 'target']);

interface Tally {
  cases: number;
  readonly accepted: Map<string, number>;
  readonly unexplained: Difference[];
}

const python = await installReference();
/** `DIFFERENTIAL_RECORD=1` writes the vectors of libs/packaging/test-data anew. */
const recorder = process.env['DIFFERENTIAL_RECORD'] === '1' ? new VectorRecorder() : undefined;
const tallies = new Map<string, Tally>();

const toSha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const addCase = (tally: Tally, family: string, input: unknown, theirs: unknown): void => {
  tally.cases += 1;
  const ours = answerCase(family, input, toSha256);
  if (isDeepStrictEqual(ours, theirs)) {
    recorder?.add([family, input, theirs], null);
    return;
  }
  const difference = { family, input, theirs, ours };
  const explanation = findExplanation(difference);
  if (explanation === undefined) tally.unexplained.push(difference);
  else {
    tally.accepted.set(explanation.name, (tally.accepted.get(explanation.name) ?? 0) + 1);
    recorder?.add([family, input, theirs], explanation.name);
  }
};

const compareFamily = async (reference: ReferencePython, family: string): Promise<Tally> => {
  const tally: Tally = { cases: 0, accepted: new Map(), unexplained: [] };
  const args = [family, seed, String(caseCount), ...(everyTarget.has(family) ? ['--every-target'] : [])];
  for await (const [, input, theirs] of streamCases(reference, args)) addCase(tally, family, input, theirs);
  return tally;
};

const formatTable = (): string => {
  const rows = [...tallies].map(([family, { cases, accepted, unexplained }]) =>
    [
      family.padEnd(12),
      String(cases).padStart(9),
      String([...accepted.values()].reduce((sum, count) => sum + count, 0)).padStart(9),
      String(unexplained.length).padStart(12),
    ].join(''),
  );
  const notes = [...tallies].flatMap(([family, { accepted }]) =>
    [...accepted].map(([name, count]) => `  ${family}: ${count} × ${name}`),
  );
  const head = `${'family'.padEnd(12)}${'cases'.padStart(9)}${'accepted'.padStart(9)}${'differences'.padStart(12)}`;
  return [`${pinnedReference}, seed ${seed}`, head, ...rows, ...notes].join('\n');
};

if (typeof python === 'string') {
  describe('the reference implementation', () => {
    it.skip(`answers as ours does (${python})`, () => undefined);
  });
} else {
  describe(`${pinnedReference} answers as ours does`, () => {
    beforeAll(() => tallies.clear());

    afterAll(async () => {
      await recorder?.write(python);
      process.stdout.write(`\n${formatTable()}\n`);
      rmSync(python.folder, { recursive: true, force: true });
    });

    it.each(familyNames)('%s', async (family) => {
      const tally = await compareFamily(python, family);
      tallies.set(family, tally);
      // The shortest are the easiest to understand.
      const shown = tally.unexplained.toSorted(
        (left, right) => JSON.stringify(left.input).length - JSON.stringify(right.input).length,
      );
      expect(shown.slice(0, mostShown)).toEqual([]);
      expect(tally.cases).toBeGreaterThanOrEqual(everyTarget.has(family) ? 1000 : caseCount);
    });

    it('the kept inputs', async () => {
      const tally: Tally = { cases: 0, accepted: new Map(), unexplained: [] };
      for await (const [family, input, theirs] of streamCases(python, ['--given', keptInputs])) {
        addCase(tally, family, input, theirs);
      }
      tallies.set('kept inputs', tally);
      expect(tally.unexplained).toEqual([]);
    });

    it.skipIf(caseCount < enoughToMeetEach)('every accepted difference still occurs', () => {
      const met = new Set([...tallies.values()].flatMap(({ accepted }) => [...accepted.keys()]));
      expect(acceptedDifferences.map(({ name }) => name).filter((name) => !met.has(name))).toEqual([]);
    });
  });
}
