import { describe, expect, it } from 'vitest';
import { groupProblems } from './group-problems.ts';

describe('problems of files', () => {
  it('stand with their file, also where the browser writes its name otherwise', () => {
    const issues = [
      { path: 'b.txt', message: 'line 1' },
      { path: 'a%22.txt', message: 'no text' },
      { path: 'b.txt', message: 'line 2' },
      { path: 'c.txt', message: 'of another call' },
    ];
    expect(groupProblems(issues, ['a".txt', 'b.txt', 'b.txt', 'good.txt'])).toEqual([
      { filename: 'a".txt', messages: ['no text'] },
      { filename: 'b.txt', messages: ['line 1', 'line 2'] },
    ]);
  });
});
