import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const mostColours = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Bytes of one pixel: 3 (RGB) or 4 (RGBA). */
  readonly channels: number;
  readonly data: Uint8Array;
}

function* readChunks(png: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += length + 12;
  }
}

const paeth = (left: number, above: number, aslant: number): number => {
  const guess = left + above - aslant;
  const [toLeft, toAbove, toAslant] = [left, above, aslant].map((value) => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toAslant) return left;
  return toAbove <= toAslant ? above : aslant;
};

/** The pixels of a PNG as browsers write it: 8 bits, RGB or RGBA, not interlaced (PNG, third edition, 9: filtering). */
function decode(png: Buffer): Pixels {
  const chunks = [...readChunks(png)];
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header === undefined || header[8] !== 8 || header[12] !== 0) throw new Error('no PNG of a browser');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = header[9] === 6 ? 4 : 3;
  const packed = inflateSync(
    Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)),
  );
  const rowBytes = width * channels;
  const data = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row += 1) {
    const filter = packed[row * (rowBytes + 1)] ?? 0;
    for (let column = 0; column < rowBytes; column += 1) {
      const to = row * rowBytes + column;
      const left = column < channels ? 0 : (data[to - channels] ?? 0);
      const above = row === 0 ? 0 : (data[to - rowBytes] ?? 0);
      const aslant = column < channels || row === 0 ? 0 : (data[to - rowBytes - channels] ?? 0);
      const guesses = [0, left, above, (left + above) >> 1, paeth(left, above, aslant)];
      data[to] = (packed[row * (rowBytes + 1) + 1 + column] ?? 0) + (guesses[filter] ?? 0);
    }
  }
  return { width, height, channels, data };
}

const distance = (one: number, other: number): number => {
  const [red, green, blue] = [16, 8, 0].map((shift) => ((one >> shift) & 255) - ((other >> shift) & 255)) as [
    number,
    number,
    number,
  ];
  return 2 * red * red + 4 * green * green + 3 * blue * blue;
};

function writeChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

/** The same picture with its 256 most frequent colours; what is between them (edges of letters) takes the nearest. */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, channels, data } = decode(png);
  const colours = new Uint32Array(width * height);
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < colours.length; pixel += 1) {
    const [red = 0, green = 0, blue = 0] = data.subarray(pixel * channels, pixel * channels + 3);
    const colour = (red << 16) | (green << 8) | blue;
    colours[pixel] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts]
    .sort((left, right) => right[1] - left[1])
    .slice(0, mostColours)
    .map(([colour]) => colour);
  const placeOf = new Map(palette.map((colour, place) => [colour, place]));
  const findPlace = (colour: number): number => {
    const known = placeOf.get(colour);
    if (known !== undefined) return known;
    let nearest = 0;
    for (const [place, candidate] of palette.entries())
      if (distance(candidate, colour) < distance(palette[nearest] ?? 0, colour)) nearest = place;
    placeOf.set(colour, nearest);
    return nearest;
  };
  const rows = new Uint8Array((width + 1) * height);
  for (let pixel = 0; pixel < colours.length; pixel += 1)
    rows[pixel + Math.floor(pixel / width) + 1] = findPlace(colours[pixel] ?? 0);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, a palette.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    writeChunk('IHDR', header),
    writeChunk(
      'PLTE',
      Uint8Array.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])),
    ),
    writeChunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    writeChunk('IEND', new Uint8Array()),
  ]);
}
