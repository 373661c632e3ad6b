import { checkProject } from './check-project.ts';
import { NotAnIndexError, parseHtmlListing } from './parse-html-listing.ts';
import { parseJsonListing } from './parse-json-listing.ts';
import { type ListingPage } from './project-listing.ts';

export interface UnreadPage {
  /** Where it was found: its links are relative to it. */
  readonly url: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** JSON is UTF-8; HTML is as it says, and where it says nothing only the ASCII of names and addresses matters. */
const decode = (body: Uint8Array, charset: string | undefined): string => {
  try {
    return new TextDecoder(charset ?? 'utf-8', { fatal: charset !== undefined }).decode(body);
  } catch (cause) {
    throw new NotAnIndexError('its text is not in the charset that it announces.', { cause });
  }
};

const findCharset = (contentType: string): string | undefined =>
  /;\s*charset\s*=\s*"?([a-z0-9_:.-]{1,40})/i.exec(contentType.slice(0, 500))?.[1];

/** Reads a project's page, in the form that its content type names. Throws `NotAnIndexError`. */
export const parsePage = ({ body, contentType, url }: UnreadPage, normalizedName: string): ListingPage => {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/vnd.pypi.simple.v1+json') {
    return parseJsonListing(decode(body, 'utf-8'), url, normalizedName);
  }
  // Plain static servers send no type for a file without an ending.
  if (type === 'text/html' || type === 'application/vnd.pypi.simple.v1+html' || type === '') {
    const page = parseHtmlListing(decode(body, findCharset(contentType)), url);
    checkProject(page.files, normalizedName);
    return page;
  }
  throw new NotAnIndexError('its content type is neither HTML nor the JSON of the simple API.');
};
