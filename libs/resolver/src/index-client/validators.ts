/** What an answer can be asked about again by (RFC 9110, 8.8). */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

const longestValidator = 1000;

const findPlain = (text: string | undefined): string | null =>
  text !== undefined && text.length <= longestValidator && /^[\x20-\x7e]+$/.test(text) ? text : null;

export const findValidators = (headers: Readonly<Record<string, string>>): Validators => ({
  etag: findPlain(headers['etag']),
  lastModified: findPlain(headers['last-modified']),
});

/** Headers that ask for an answer only if it changed; none when there is nothing to ask by. */
export const toValidators = ({ etag, lastModified }: Validators): Record<string, string> => {
  if (etag !== null) return { 'if-none-match': etag };
  return lastModified === null ? {} : { 'if-modified-since': lastModified };
};
