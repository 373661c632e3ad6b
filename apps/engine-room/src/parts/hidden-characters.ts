/** Short names of what is met most; everything else is named by its code point. */
const names: Readonly<Record<number, string>> = {
  0x00: 'NUL',
  0x07: 'BEL',
  0x08: 'BS',
  0x0d: 'CR',
  0x1b: 'ESC',
  0x7f: 'DEL',
  0xad: 'SHY',
  0x200b: 'ZWSP',
  0x200c: 'ZWNJ',
  0x200d: 'ZWJ',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0xfeff: 'BOM',
};

/** Controls but for tab and line feed, what formats or turns direction (Cf), line separators, and halves of a pair. */
const hidden = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const nameOf = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return names[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
};

export interface TextPart {
  readonly text: string;
  /** `text` is the name of a character that cannot be seen. */
  readonly isHidden: boolean;
}

/** The text in order, with every character that cannot be seen replaced by its name. */
export function splitHidden(text: string): TextPart[] {
  if (!hidden.test(text)) return text === '' ? [] : [{ text, isHidden: false }];
  const parts: TextPart[] = [];
  let plain = '';
  const endPlain = (): void => {
    if (plain !== '') parts.push({ text: plain, isHidden: false });
    plain = '';
  };
  for (const character of text) {
    if (!hidden.test(character)) {
      plain += character;
      continue;
    }
    endPlain();
    parts.push({ text: nameOf(character), isHidden: true });
  }
  endPlain();
  return parts;
}

/** The same as one text, for titles and labels. */
export const nameHidden = (text: string): string =>
  splitHidden(text)
    .map((part) => (part.isHidden ? `⟨${part.text}⟩` : part.text))
    .join('');
