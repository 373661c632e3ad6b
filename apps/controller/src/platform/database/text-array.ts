const textOid = 25;
const headerBytes = 20;
const lengthBytes = 4;
const nullLength = -1;

/**
 * A `text[]` of one dimension in the binary form that Postgres receives: nothing in it has to be quoted and read back, which
 * for documents takes longer than writing them into a table. For parameters that are `$n::text[]` in their statement.
 */
export function toTextArray(texts: readonly (string | null)[]): Buffer {
  const lengths = texts.map((text) => (text === null ? 0 : Buffer.byteLength(text)));
  const bytes = lengths.reduce((sum, length) => sum + lengthBytes + length, headerBytes);
  const array = Buffer.allocUnsafe(bytes);
  // Dimensions, whether there are nulls, type of the elements, how many, number of the first.
  const header = [1, texts.includes(null) ? 1 : 0, textOid, texts.length, 1];
  let at = header.reduce((place, number) => array.writeInt32BE(number, place), 0);
  texts.forEach((text, index) => {
    at = array.writeInt32BE(text === null ? nullLength : (lengths[index] ?? 0), at);
    if (text !== null) at += array.write(text, at);
  });
  return array;
}
