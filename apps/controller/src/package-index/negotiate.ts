/** Formats of the simple API, by preference of the server where the client has none (PEP 691). */
export const simpleTypes = {
  json: 'application/vnd.pypi.simple.v1+json',
  html: 'application/vnd.pypi.simple.v1+html',
  legacyHtml: 'text/html',
} as const;
export type SimpleFormat = keyof typeof simpleTypes;

const formatOf: Readonly<Record<string, SimpleFormat>> = {
  'application/vnd.pypi.simple.v1+json': 'json',
  'application/vnd.pypi.simple.latest+json': 'json',
  'application/vnd.pypi.simple.v1+html': 'html',
  'application/vnd.pypi.simple.latest+html': 'html',
  'text/html': 'legacyHtml',
  'text/*': 'legacyHtml',
  'application/*': 'json',
  '*/*': 'legacyHtml',
};
const longestHeader = 2000;

/**
 * Chooses a format by the Accept header with its q-values (RFC 9110). Without a header, and for old clients that
 * take anything, it is the HTML of PEP 503. Null: nothing that we have is acceptable (406).
 */
export function negotiateFormat(accept: string | undefined): SimpleFormat | null {
  if (accept === undefined || accept.trim() === '') return 'legacyHtml';
  let best: { format: SimpleFormat; quality: number } | null = null;
  for (const range of accept.slice(0, longestHeader).split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const format = formatOf[type];
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    if (format === undefined || !(quality > 0 && quality <= 1)) continue;
    if (best === null || quality > best.quality) best = { format, quality };
  }
  return best?.format ?? null;
}
