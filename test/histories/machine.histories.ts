import fc from 'fast-check';
import { describe, it } from 'vitest';
import { histories, runHistory } from '../../apps/controller/test/claim-history.ts';

describe('a hundred thousand histories of the claim protocol', () => {
  it('keep every job, accept one result at most and end them all', () => {
    fc.assert(
      fc.property(histories(60), (history) => void runHistory(history)),
      { numRuns: 100_000 },
    );
  });
});
