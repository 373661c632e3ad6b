import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText } from './clean-text.ts';

describe('cleanText', () => {
  it('takes out colours, cursor moves and window titles', () => {
    expect(cleanText('\u001b[31mred\u001b[0m \u001b[2K\u001b[1;1Hup \u001b]0;title\u0007end')).toBe(
      'red up end',
    );
  });

  it('takes out an escape that was cut off, and the eight-bit form', () => {
    expect(cleanText('a\u009b31mb')).toBe('ab');
    expect(cleanText('cut \u001b')).toBe('cut ');
    expect(cleanText('cut \u001b]0;no end')).toBe('cut ');
  });

  it('takes out control characters and carriage returns, and keeps tabs and line feeds', () => {
    expect(cleanText('one\r\ntwo\rthree\u0000\u0007\u0008\tfour\n')).toBe('one\ntwothree\tfour\n');
  });

  it('takes out marks that reverse the direction of reading', () => {
    expect(cleanText('abc\u202edef\u2066')).toBe('abcdef');
  });

  it('keeps other scripts as they are', () => {
    expect(cleanText('größer 尺寸 ✓')).toBe('größer 尺寸 ✓');
  });
});

describe('cleanLine', () => {
  it('leaves one line', () => {
    expect(cleanLine('a\nb\tc')).toBe('a b c');
  });
});
