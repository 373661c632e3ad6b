/** A start tag of a page. */
export interface HtmlTag {
  /** Lower case. */
  readonly name: string;
  /** Lower-case names; of a doubled attribute the first, as browsers do. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Content of elements that hold text only (`title`). */
  readonly text?: string;
}

/** Elements whose content is no markup: a `<a href>` in a script is no link. */
const textElements = new Set([
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
]);

const namedReferences: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

const decodeNumber = (digits: string, radix: number): string => {
  const code = Number.parseInt(digits, radix);
  const isScalar = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isScalar ? String.fromCodePoint(code) : '\ufffd';
};

/** Decodes the character references that occur in index pages: numbers, and the five of XML. */
const decodeReferences = (text: string): string =>
  text.replaceAll(
    /&(?:#x([0-9a-f]{1,8})|#([0-9]{1,8})|(amp|lt|gt|quot|apos|nbsp));?/gi,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (hex !== undefined) return decodeNumber(hex, 16);
      if (decimal !== undefined) return decodeNumber(decimal, 10);
      return namedReferences[name?.toLowerCase() ?? ''] ?? whole;
    },
  );

const attributePattern = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?/y;

interface ReadTag {
  readonly attributes: Map<string, string>;
  /** Behind the `>`; undefined when the page ends inside the tag. */
  readonly end: number | undefined;
}

const readAttributes = (html: string, start: number): ReadTag => {
  const attributes = new Map<string, string>();
  let position = start;
  for (;;) {
    attributePattern.lastIndex = position;
    const match = attributePattern.exec(html);
    if (match?.[1] === undefined) break;
    position = attributePattern.lastIndex;
    const name = match[1].toLowerCase();
    if (!attributes.has(name)) attributes.set(name, decodeReferences(match[2] ?? match[3] ?? match[4] ?? ''));
  }
  const close = html.indexOf('>', position);
  return { attributes, end: close === -1 ? undefined : close + 1 };
};

const skipBehind = (html: string, text: string, from: number): number => {
  const at = html.indexOf(text, from);
  return at === -1 ? html.length : at + text.length;
};

/** Case-insensitive search without copying the page. */
const findEndTag = (html: string, name: string, from: number): number => {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
};

/**
 * The start tags of a page, in order, in time linear in its length. Comments, declarations, end tags and the content
 * of scripts are passed over. Never throws: what is no tag is text.
 */
export function* readStartTags(html: string): Generator<HtmlTag> {
  let position = 0;
  for (;;) {
    const open = html.indexOf('<', position);
    if (open === -1) return;
    if (html.startsWith('<!--', open)) {
      position = html.startsWith('<!-->', open) ? open + 5 : skipBehind(html, '-->', open + 4);
      continue;
    }
    const namePattern = /[a-z][a-z0-9-]*/iy;
    namePattern.lastIndex = open + 1;
    const name = namePattern.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      const isMarkup = /^[!?/]$/.test(html.charAt(open + 1));
      position = isMarkup ? skipBehind(html, '>', open) : open + 1;
      continue;
    }
    const { attributes, end } = readAttributes(html, namePattern.lastIndex);
    if (end === undefined) return;
    position = end;
    if (!textElements.has(name)) {
      yield { name, attributes };
      continue;
    }
    const close = findEndTag(html, name, end);
    yield { name, attributes, text: decodeReferences(html.slice(end, close)) };
    position = close;
  }
}
