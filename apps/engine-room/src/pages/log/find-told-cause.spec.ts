import { describe, expect, it } from 'vitest';
import { findToldCause, findToldLine } from './find-told-cause.ts';

const failedWith = (...texts: readonly string[]) => ({
  state: 'failed' as const,
  error: {
    code: 'HEADER_MISSING',
    message: 'the header anvil.h is missing',
    lines: texts.map((text, index) => ({ line_no: index + 27, text })),
  },
});

describe('the line where a failure begins', () => {
  it('is the first that tells of one, not what leads up to it', () => {
    const attempt = failedWith(
      'part 8 of 8',
      'gcc -Werror=format -Wno-error -c src/part.c',
      'src/part.c:2:10: fatal error: anvil.h: No such file or directory',
      'error: the command failed',
    );
    expect(findToldCause(attempt)).toBe(29);
    expect(findToldLine(attempt)).toContain('anvil.h');
  });

  it('is the first that was named where none tells of one; without any it is to be looked for', () => {
    expect(findToldCause(failedWith('Segmentation fault'))).toBe(27);
    expect(findToldCause(failedWith())).toBe('look');
    expect(findToldCause({ state: 'succeeded', error: null })).toBeNull();
  });
});
