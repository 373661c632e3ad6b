import { followRedirects } from './follow-redirects.ts';
import { findFileAuthorization, prepareIndex, type IndexSource } from './index-credentials.ts';
import { IndexUnreachableError } from './index-error.ts';
import { type IndexTransport } from './index-transport.ts';
import { type Netrc } from './netrc.ts';
import { discardBody } from './read-body.ts';

export interface OpenFileRequest {
  readonly url: string;
  readonly indexes: readonly IndexSource[];
  readonly netrc: Netrc | null;
}

/**
 * A file of an index as a stream, for what is too large to be in memory; credentials go along as to any file of that
 * index. Nothing is checked. Throws `IndexUnreachableError`, or the reason of `signal`.
 */
export const openIndexFile = async (
  transport: IndexTransport,
  { url, indexes, netrc }: OpenFileRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> => {
  const prepared = indexes.map((index) => prepareIndex(index, netrc));
  const authorization = findFileAuthorization(url, prepared, netrc);
  const headers = { accept: '*/*', 'accept-encoding': 'identity' };
  const { response } = await followRedirects(transport, { url, headers, authorization }, signal);
  if (response.status === 200) return response.body;
  await discardBody(response);
  throw new IndexUnreachableError('status', url, `it answered with status ${response.status}.`);
};
