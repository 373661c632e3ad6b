import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** With a checksum, so that bytes that went bad are noticed when they are read. */
const params = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_checksumFlag]: 1,
};

export const pack = (bytes: Buffer): Promise<Buffer> => compress(bytes, { params });

/** A block comes out in one piece. */
const chunkSize = 128 * 1024;

/** Throws when the bytes are not what `pack` gave. */
export const unpack = (packed: Buffer): Promise<Buffer> => decompress(packed, { chunkSize });
