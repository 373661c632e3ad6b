import { describe, expect, it } from 'vitest';
import {
  describeLog,
  findFileFault,
  findLogFault,
  mostFileBytes,
  mostLogCharacters,
  toSendableLog,
} from './log-text.ts';

describe('a log to be tried', () => {
  it('loses what cannot be sent, and no line', () => {
    expect(toSendableLog('a\u0000b\n\ud800c\r\nd')).toBe('ab\n\ufffdc\r\nd');
  });

  it('is refused where it is empty or too long', () => {
    expect(findLogFault(' \n')).toMatch(/Paste a log/);
    expect(findLogFault('x')).toBeNull();
    expect(findLogFault('x'.repeat(mostLogCharacters))).toBeNull();
    expect(findLogFault('x'.repeat(mostLogCharacters + 1))).toMatch(/4,000,001 characters/);
  });

  it('is not read from a file that is surely too large', () => {
    expect(findFileFault(mostFileBytes)).toBeNull();
    expect(findFileFault(mostFileBytes + 1)).toMatch(/12,000,001 bytes; at most 12,000,000 are read/);
  });

  it('is described by its size', () => {
    expect(describeLog('a\n'.repeat(1_000_000))).toBe('1.9 MiB, 1,000,001 lines');
  });
});
