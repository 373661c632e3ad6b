import { type InputKind } from '@ironwheel/contracts';
import {
  PackagingError,
  parseSdistFileName,
  parseWheelFileName,
  quoteForError,
  sdistFormats,
} from '@ironwheel/packaging';
import { InputInvalidError } from './input-error.ts';

const checkName = (parse: () => unknown): void => {
  try {
    parse();
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new InputInvalidError([cause.message], { cause });
  }
};

/** What a file is by its name. Throws `InputInvalidError` for a name that tells nothing, or a wrong one. */
export const classifyInputFile = (filename: string): InputKind => {
  const lower = filename.toLowerCase();
  if (lower.endsWith('.whl')) {
    checkName(() => parseWheelFileName(filename));
    return 'wheel';
  }
  if (sdistFormats.some((format) => lower.endsWith(format))) {
    checkName(() => parseSdistFileName(filename));
    return 'sdist';
  }
  // PEP 751 fixes these names.
  if (/^pylock(\.[^.]+)?\.toml$/.test(filename)) return 'pylock';
  if (lower === 'uv.lock') return 'uv_lock';
  if (lower === 'pyproject.toml') return 'pyproject';
  if (lower.endsWith('.py')) return 'script';
  if (/\.(txt|in)$/.test(lower)) return /constraint/.test(lower) ? 'constraints' : 'requirements';
  throw new InputInvalidError([
    `${quoteForError(filename)} is no input: hand in wheels (.whl), sdists (.tar.gz, .zip), requirements (.txt), constraints (a .txt with "constraints" in its name), pylock.toml, uv.lock, pyproject.toml or a script with inline metadata (.py).`,
  ]);
};
