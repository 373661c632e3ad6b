import { IndexUnreachableError } from './index-error.ts';
import { type IndexResponse } from './index-transport.ts';

/** Reads a body whole. What is larger than its bound, or shorter than it announces, is refused. */
export const readBody = async (
  response: IndexResponse,
  url: string,
  maxBytes: number,
): Promise<Uint8Array> => {
  const tooLarge = (): IndexUnreachableError =>
    new IndexUnreachableError('too_large', url, `the answer is larger than ${maxBytes} bytes.`);
  const announced = response.headers['content-length'];
  if (Number(announced ?? 0) > maxBytes) {
    await discardBody(response);
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const isPlain = (response.headers['content-encoding'] ?? 'identity') === 'identity';
  if (isPlain && announced !== undefined && Number(announced) !== length) {
    throw new Error(`the body has ${length} bytes where ${announced} are announced`);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
};

/** Ends a body that nobody reads, so that its connection is free again. */
export const discardBody = async (response: IndexResponse): Promise<void> => {
  if (response.discard === undefined) await response.body[Symbol.asyncIterator]().return?.();
  else await response.discard();
};
