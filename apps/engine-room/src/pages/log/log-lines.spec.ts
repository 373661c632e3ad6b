import { describe, expect, it } from 'vitest';
import { collapseReturns } from './collapse-returns.ts';
import { parseLineRange, writeLineRange } from './line-range.ts';
import { createScrollScale, findWindow, lineHeight } from './scroll-scale.ts';

describe('lines of a log', () => {
  it('a progress bar is shown as it was last, with how often it was written', () => {
    expect(collapseReturns(' 1%\r 50%\r100%')).toEqual({ text: '100%', updates: 2 });
    expect(collapseReturns('from Windows\r')).toEqual({ text: 'from Windows', updates: 0 });
  });

  it('a link to lines is read as it is written, and nothing else is', () => {
    expect(parseLineRange('#L120-L140')).toEqual({ first: 120, last: 140 });
    expect(parseLineRange('L140-L120')).toEqual({ first: 120, last: 140 });
    expect(parseLineRange(writeLineRange({ first: 7, last: 7 }))).toEqual({ first: 7, last: 7 });
    for (const text of ['', '#L0', '#L1-', '#x', '#L9999999999']) expect(parseLineRange(text)).toBeNull();
  });

  it('of a million lines the first and the last can be reached, and few are in the window', () => {
    const view = 700;
    const scale = createScrollScale(1_000_000, view);
    expect(scale.height).toBeLessThan(17_000_000);
    expect(scale.toLogTop(0)).toBe(0);
    expect(scale.toLogTop(scale.height - view)).toBeCloseTo(1_000_000 * lineHeight - view, 3);
    const end = findWindow(scale.toLogTop(scale.height - view), view, 1_000_000, 30);
    expect(end.last).toBe(1_000_000);
    expect(end.last - end.first).toBeLessThan(200);
    expect(scale.toLogTop(scale.toScrollTop(12_345 * lineHeight))).toBeCloseTo(12_345 * lineHeight, 3);
  });
});
