import { describe, expect, it } from 'vitest';
import { listConflicts } from './list-conflicts.ts';

describe('a contradiction', () => {
  it('is told with the steps of its proof, each with its own', () => {
    expect(
      listConflicts([
        { path: 'app', message: 'app 1.0 needs lib 2, and nobody has it.' },
        { path: 'conflict.steps.0', message: 'app asks for lib>=2.' },
        { path: 'conflict.steps.1', message: 'The newest lib is 1.0.' },
        { path: 'other', message: 'other contradicts itself.' },
      ]),
    ).toEqual([
      {
        text: 'app 1.0 needs lib 2, and nobody has it.',
        steps: ['app asks for lib>=2.', 'The newest lib is 1.0.'],
      },
      { text: 'other contradicts itself.', steps: [] },
    ]);
  });
});
