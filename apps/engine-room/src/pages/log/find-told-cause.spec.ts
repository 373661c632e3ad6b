import { describe, expect, it } from 'vitest';
import { findToldCause, findToldLine } from './find-told-cause.ts';

const told = (...texts: string[]) => ({
  state: 'failed' as const,
  error: {
    code: 'HEADER_MISSING',
    message: 'the header anvil.h is missing',
    lines: texts.map((text, index) => ({ text, line_no: 27 + index })),
  },
});

describe('the cause that a worker told', () => {
  it('is the line that goes wrong, not what stands before it', () => {
    const attempt = told(
      'part 8 of 8',
      'gcc -Werror -c part.c',
      'part.c:2: fatal error: anvil.h',
      'part.c:3: error: b',
    );
    expect([findToldCause(attempt), findToldLine(attempt)]).toEqual([29, 'part.c:2: fatal error: anvil.h']);
  });

  it('is the first of its lines where none says that it goes wrong', () => {
    expect(findToldCause(told('Killed', 'make: leaving'))).toBe(27);
  });

  it('is looked for where it told no line, and is none where nothing failed', () => {
    expect(findToldCause(told())).toBe('look');
    expect(findToldCause({ ...told('error: x'), state: 'succeeded' })).toBe(null);
  });
});
