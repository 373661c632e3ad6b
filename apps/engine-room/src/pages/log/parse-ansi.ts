/** Colours that a log may have: hues of the palette, whatever the tool wrote. */
export const hues = ['dim', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;
export type Hue = (typeof hues)[number];

export interface StyledText {
  readonly text: string;
  readonly hue: Hue | null;
  readonly isBold: boolean;
  readonly isUnderlined: boolean;
  /** It had a background or was inverse. */
  readonly isMarked: boolean;
}

interface Style {
  hue: Hue | null;
  isBold: boolean;
  isUnderlined: boolean;
  background: boolean;
  inverse: boolean;
}

const plain = (): Style => ({
  hue: null,
  isBold: false,
  isUnderlined: false,
  background: false,
  inverse: false,
});

/** Control sequences (ECMA-48): CSI with its end, OSC with its terminator, and the short ones of two characters. */
const sequences = /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\^-~])/g;

/** Black is left out: on one of the two backgrounds nobody could read it. */
const basic: readonly (Hue | null)[] = [null, 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', null];

/**
 * A line of output in parts of one style each. Colours are those of the palette, so that each can be read on its background;
 * sequences that move the cursor or set titles change nothing and are left out.
 */
export function parseAnsi(line: string): StyledText[] {
  if (!line.includes('\u001b'))
    return line === ''
      ? []
      : [{ text: line, hue: null, isBold: false, isUnderlined: false, isMarked: false }];
  const parts: StyledText[] = [];
  let style = plain();
  let at = 0;
  const add = (text: string): void => {
    if (text === '') return;
    const { hue, isBold, isUnderlined, background, inverse } = style;
    parts.push({ text, hue, isBold, isUnderlined, isMarked: background || inverse });
  };
  for (const match of line.matchAll(sequences)) {
    add(line.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') style = applyCodes(style, match[1] ?? '');
  }
  add(line.slice(at));
  return parts;
}

function applyCodes(before: Style, text: string): Style {
  const codes = text.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let style = { ...before };
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      const { hue, used } = readExtended(codes.slice(index + 1));
      if (code === 38) style.hue = hue;
      else style.background = true;
      index += used;
    } else style = applyCode(style, code);
  }
  return style;
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return plain();
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, hue: 'dim' };
  if (code === 4) return { ...style, isUnderlined: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, isBold: false, hue: style.hue === 'dim' ? null : style.hue };
  if (code === 24) return { ...style, isUnderlined: false };
  if (code === 27) return { ...style, inverse: false };
  if (code >= 30 && code <= 37) return { ...style, hue: basic[code - 30] ?? null };
  if (code === 39) return { ...style, hue: null };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...style, background: true };
  if (code === 49) return { ...style, background: false };
  if (code === 90) return { ...style, hue: 'dim' };
  if (code >= 91 && code <= 97) return { ...style, hue: basic[code - 90] ?? null };
  return style;
}

/** What follows 38 or 48: `5;n` of 256 colours, or `2;r;g;b`. */
function readExtended(codes: readonly number[]): { hue: Hue | null; used: number } {
  const [kind, first = 0, second = 0, third = 0] = codes;
  if (kind === 2) return { hue: toHue(first, second, third), used: 4 };
  if (kind !== 5) return { hue: null, used: 0 };
  if (first < 8) return { hue: basic[first] ?? null, used: 2 };
  if (first < 16) return { hue: first === 8 ? 'dim' : (basic[first - 8] ?? null), used: 2 };
  if (first >= 232) return { hue: first < 250 ? 'dim' : null, used: 2 };
  const cube = first - 16;
  const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  return {
    hue: toHue(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)),
    used: 2,
  };
}

/** The hue of the palette that is nearest to a colour; greys have none. */
function toHue(red: number, green: number, blue: number): Hue | null {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const range = most - least;
  if (range < 48) return most > 80 && most < 200 ? 'dim' : null;
  const sector =
    most === red
      ? (green - blue) / range
      : most === green
        ? 2 + (blue - red) / range
        : 4 + (red - green) / range;
  const around = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'] as const;
  return around[(Math.round(sector) + 6) % 6] ?? null;
}
