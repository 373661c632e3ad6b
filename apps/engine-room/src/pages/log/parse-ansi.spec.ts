import { describe, expect, it } from 'vitest';
import { parseAnsi } from './parse-ansi.ts';

const esc = '\u001b';
const huesOf = (line: string) => parseAnsi(line).map(({ text, hue }) => [text, hue]);

describe('parseAnsi', () => {
  it('parts a line at its colours and takes the sequences away', () => {
    expect(huesOf(`a ${esc}[31mred${esc}[0m b ${esc}[1;94mblue`)).toEqual([
      ['a ', null],
      ['red', 'red'],
      [' b ', null],
      ['blue', 'blue'],
    ]);
    expect(parseAnsi(`${esc}[1mx${esc}[22my`).map(({ isBold }) => isBold)).toEqual([true, false]);
  });

  it('maps 256 and true colours to hues that can be read, and black to none', () => {
    expect(
      huesOf(`${esc}[38;5;196mr${esc}[38;5;244mg${esc}[38;2;0;200;30mt${esc}[30mb${esc}[38;5;16mk`),
    ).toEqual([
      ['r', 'red'],
      ['g', 'dim'],
      ['t', 'green'],
      ['b', null],
      ['k', null],
    ]);
  });

  it('takes what follows an extended colour as of its own', () => {
    expect(parseAnsi(`${esc}[38;5;1;1mx`)).toEqual([
      { text: 'x', hue: 'red', isBold: true, isUnderlined: false, isMarked: false },
    ]);
    expect(parseAnsi(`${esc}[48;2;1;2;3;4mx`)[0]).toMatchObject({ isMarked: true, isUnderlined: true });
  });

  it('leaves out titles, links and movements, and keeps an escape that is none of them', () => {
    expect(huesOf(`${esc}]0;evil\u0007a${esc}[2K${esc}[1Ab${esc}]8;;http://x${esc}\\c`)).toEqual([
      ['a', null],
      ['b', null],
      ['c', null],
    ]);
    expect(huesOf(`x${esc}`)).toEqual([[`x${esc}`, null]]);
  });
});
