import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ReferenceCase, type ReferencePython, streamCases } from './reference-python.ts';

const testData = fileURLToPath(new URL('../../libs/packaging/test-data/', import.meta.url));
export const keptInputs = join(testData, 'reference', 'kept-inputs.jsonl');
const agreeingPerFamily = 300;
const differingPerReason = 12;
const longestCase = 600;

/** Gathers a small sample for `npm test`, where the reference cannot be asked. */
export class VectorRecorder {
  readonly #agreeing = new Map<string, ReferenceCase[]>();
  readonly #differing = new Map<string, ReferenceCase[]>();

  /** `reason` is null where both answers are the same. */
  add(given: ReferenceCase, reason: string | null): void {
    const [kept, key, most] =
      reason === null
        ? ([this.#agreeing, given[0], agreeingPerFamily] as const)
        : ([this.#differing, reason, differingPerReason] as const);
    const cases = kept.get(key) ?? [];
    if (cases.length >= most || JSON.stringify(given).length > longestCase) return;
    kept.set(key, [...cases, given]);
  }

  /** Writes both files. What once differed through a fault of ours, and what is rare, is asked again and kept for good. */
  async write(python: ReferencePython): Promise<void> {
    const kept: ReferenceCase[] = [];
    for await (const each of streamCases(python, ['--given', keptInputs])) kept.push(each);
    const toLines = (cases: readonly ReferenceCase[]): string =>
      cases.map((each) => `${JSON.stringify(each)}\n`).join('');
    writeFileSync(join(testData, 'reference-vectors.jsonl'), toLines([...this.#agreeing.values()].flat()));
    const differing = [...this.#differing.values()].flat();
    writeFileSync(join(testData, 'reference-differences.jsonl'), toLines([...differing, ...kept]));
  }
}
