import { describe, expect, it } from 'vitest';
import { explainBlock } from './explain-block.ts';

const none = { not_before: null, blocked_by: null, holds_up: 0, adjustment: {} };

describe('why a job waits, in lines', () => {
  it('is nothing for a job that waits for nothing', () => {
    expect(explainBlock(none)).toEqual([]);
    expect(explainBlock({ not_before: null })).toEqual([]);
  });

  it('names the test, the end, the jobs, and what is held up', () => {
    const jobs = [{ job_id: 'job_1', name: 'numpy', version: '2.0', state: 'running' as const }];
    const text = 'It needs 1 job first: numpy 2.0.';
    const blocked_by = { code: 'needs_jobs', text, until: null, jobs };
    expect(explainBlock({ ...none, blocked_by, holds_up: 3, adjustment: { jobs: 1 } })).toEqual([
      'waits     It needs 1 job first: numpy 2.0. [needs_jobs]',
      '          numpy 2.0, running (job_1)',
      'holds up  3 wanted wheel(s)',
      'adjusted  jobs 1',
    ]);
    const until = '2026-01-01T00:00:00Z';
    const waits = { code: 'not_before', text: 'A source was away.', until, jobs: [] };
    expect(explainBlock({ ...none, not_before: until, blocked_by: waits })[1]).toBe(`until     ${until}`);
  });
});
