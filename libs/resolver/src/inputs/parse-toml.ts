import { parse, TomlError } from 'smol-toml';
import { InputInvalidError } from './input-error.ts';

/** A lock of some thousand packages has these. */
const mostCharacters = 16 * 1024 * 1024;
/** Keys and items; about a hundred for each package of a lock. Each costs the parser far more than its characters. */
const mostParts = 500_000;
/** Of arrays and inline tables in each other; honest files have about five. */
const deepestNesting = 64;

const describe = ({ message }: TomlError): string =>
  (message.split('\n', 1)[0] ?? '').replace(/^Invalid TOML document: /, '').slice(0, 300);

const isNamePart = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x5f ||
  code === 0x2d ||
  code === 0x20 ||
  code === 0x09 ||
  code === 0x22 ||
  code === 0x27;

/** What would cost the parser seconds or gigabytes: a look at the characters, before it sees them. */
const findExcess = (text: string): string | undefined => {
  let parts = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2e) dots += 1;
    else if (!isNamePart(code)) dots = 0;
    // "=", "," and "[" each begin a value, or a table.
    if (code === 0x3d || code === 0x2c || code === 0x5b) parts += 1;
    if (dots > deepestNesting) return `a name has more than ${deepestNesting} parts`;
    if (parts > mostParts) return `it has more than ${mostParts} keys and items`;
  }
  return undefined;
};

/** Reads TOML 1.0. Throws `InputInvalidError` with file, line and column of the mistake. */
export const parseToml = (text: string, fileName: string): Readonly<Record<string, unknown>> => {
  if (text.length > mostCharacters) {
    throw new InputInvalidError([
      `${fileName} has ${text.length} characters; of TOML at most ${mostCharacters} are read.`,
    ]);
  }
  const excess = findExcess(text);
  if (excess !== undefined) throw new InputInvalidError([`${fileName}: ${excess}; it is not read.`]);
  try {
    return parse(text, { maxDepth: deepestNesting });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    throw new InputInvalidError(
      [`${fileName}:${cause.line}:${cause.column}: it is not TOML: ${describe(cause)}.`],
      { cause },
    );
  }
};
