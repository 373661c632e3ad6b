import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histories, runHistory } from '../../../test/claim-history.ts';

// test/histories/ runs a hundred thousand of them.
describe('the claim protocol as a machine', () => {
  it('keeps every job, accepts one result at most and ends them all, whatever happens', () => {
    fc.assert(
      fc.property(histories(40), (history) => void runHistory(history)),
      { numRuns: 2000 },
    );
  });

  it('sees all ends of jobs and attempts in such histories', () => {
    const states = new Set<string>();
    for (const history of fc.sample(histories(40), { numRuns: 500, seed: 7 })) {
      const { jobs, attempts } = runHistory(history);
      for (const { state } of jobs) states.add(`job ${state}`);
      for (const { state } of attempts) states.add(`attempt ${state}`);
    }
    expect([...states].sort()).toEqual([
      ...['attempt cancelled', 'attempt failed', 'attempt lost', 'attempt succeeded'],
      ...['job cancelled', 'job failed', 'job succeeded'],
    ]);
  });
});
