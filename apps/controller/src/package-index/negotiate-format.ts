/** The forms of a page (PEP 691, PEP 503) by content type; in the order in which they are preferred. */
export const pageTypes = {
  json: 'application/vnd.pypi.simple.v1+json',
  html: 'application/vnd.pypi.simple.v1+html',
  plain: 'text/html; charset=utf-8',
} as const;
export type PageFormat = keyof typeof pageTypes;

/** Media types that a caller may ask for. PEP 691 asks for `latest` as another word for `v1`. */
const offers: readonly { readonly type: string; readonly format: PageFormat }[] = [
  { type: 'text/html', format: 'plain' },
  { type: 'application/vnd.pypi.simple.v1+json', format: 'json' },
  { type: 'application/vnd.pypi.simple.v1+html', format: 'html' },
  { type: 'application/vnd.pypi.simple.latest+json', format: 'json' },
  { type: 'application/vnd.pypi.simple.latest+html', format: 'html' },
];

interface Range {
  readonly type: string;
  readonly quality: number;
}

function parseAccept(header: string): Range[] {
  return header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight =
      parameters
        .find((parameter) => /^q\s*=/.test(parameter))
        ?.split('=')[1]
        ?.trim() ?? '1';
    return { type, quality: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0 };
  });
}

/** How well a range names a type (RFC 9110, 12.5.1): exactly, by its kind, as anything, or not at all. */
function specificity(range: string, type: string): number {
  if (range === type) return 3;
  if (range === `${type.split('/', 1)[0] ?? ''}/*`) return 2;
  return range === '*/*' ? 1 : 0;
}

/**
 * The form to answer with, by Accept with quality values; HTML where nothing is said. Null: none that we have is
 * acceptable (406).
 */
export function negotiateFormat(accept: string | undefined): PageFormat | null {
  if (accept === undefined || accept.trim() === '') return 'plain';
  const ranges = parseAccept(accept);
  let best: { readonly format: PageFormat; readonly quality: number } | null = null;
  for (const { type, format } of offers) {
    const [named] = ranges
      .map((range) => ({ quality: range.quality, rank: specificity(range.type, type) }))
      .filter(({ rank }) => rank > 0)
      .sort((left, right) => right.rank - left.rank);
    const quality = named?.quality ?? 0;
    if (quality > (best?.quality ?? 0)) best = { format, quality };
  }
  return best?.format ?? null;
}
