import { type RandomAccess } from '../../../libs/resolver/src/index-client/package-files.ts';
import { ZipReader } from '../../../libs/resolver/src/archives/zip-reader.ts';

const largestMetadata = 10 * 1024 * 1024;

/** A file behind HTTP ranges. */
const openRanges = async (url: string): Promise<RandomAccess> => {
  const head = await fetch(url, { headers: { range: 'bytes=0-0' } });
  const size = Number(/\/([0-9]+)$/.exec(head.headers.get('content-range') ?? '')?.[1]);
  if (head.status !== 206 || !Number.isSafeInteger(size))
    throw new Error('the upstream index has no ranges.');
  return {
    size,
    read: async (offset, length) => {
      const range = `bytes=${offset}-${Math.min(size, offset + length) - 1}`;
      return Buffer.from(await (await fetch(url, { headers: { range } })).arrayBuffer());
    },
    close: () => Promise.resolve(),
  };
};

/** METADATA of a wheel: beside it where the index has it (PEP 658), else from within. */
export const fetchWheelMetadata = async (url: string): Promise<Buffer | null> => {
  const beside = await fetch(`${url}.metadata`);
  if (beside.ok) return Buffer.from(await beside.arrayBuffer());
  const zip = await ZipReader.open(await openRanges(url));
  const entry = zip.entries.find(({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name));
  return entry === undefined ? null : zip.read(entry, largestMetadata);
};
