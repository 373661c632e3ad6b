import type { KeptFiles, RandomAccess } from '@ironwheel/resolver';
import { AppError } from '../../platform/index.ts';
import type { ArtifactBytes } from '../artifacts/index.ts';

/** What was handed in, and our own wheels, to be read from anywhere within. */
export const createKeptFiles = (bytes: ArtifactBytes): KeptFiles => ({
  open: async (sha256): Promise<RandomAccess> => {
    const facts = await bytes.stat(sha256);
    if (facts === null) throw gone(sha256);
    return {
      size: facts.size,
      read: async (offset, length) => {
        const end = Math.min(offset + length, facts.size) - 1;
        if (end < offset) return new Uint8Array();
        const stream = await bytes.read(sha256, { start: offset, end });
        if (stream === null) throw gone(sha256);
        const chunks: Uint8Array[] = [];
        for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
        return Buffer.concat(chunks);
      },
      close: () => Promise.resolve(),
    };
  },
});

const gone = (sha256: string): AppError =>
  new AppError('ARTIFACT_NOT_FOUND', `The bytes with the digest ${sha256} are gone from the artifact store.`);
