import { readFile, stat } from 'node:fs/promises';
import type { InputKind } from '@ironwheel/contracts';
import { classifyInputFile, InputInvalidError, readText, type FileReference } from '@ironwheel/resolver';
import { checkSdist } from './check-sdist.ts';
import { checkHandedInWheel } from './check-handed-in-wheel.ts';
import type { SpooledFile } from './spool-upload.ts';

export interface InputLimits {
  readonly maxTextBytes: number;
  readonly maxUnpackedBytes: number;
}

export interface CheckedInput {
  readonly kind: InputKind;
  /** Of `-r` and `-c` lines. */
  readonly references: readonly FileReference[];
}

/** What a file is, checked to be that. Throws `InputInvalidError` with every problem of the file. */
export async function checkInput(file: SpooledFile, limits: InputLimits): Promise<CheckedInput> {
  const kind = classifyInputFile(file.filename);
  switch (kind) {
    case 'wheel':
      await checkHandedInWheel(file.filename, file.path, limits);
      break;
    case 'sdist':
      await checkSdist(file.filename, file.path, limits);
      break;
    default:
      return {
        kind,
        references: await readText('checkTextInput', [
          kind,
          await readFileText(file, limits.maxTextBytes),
          file.filename,
        ]),
      };
  }
  return { kind, references: [] };
}

async function readFileText(file: SpooledFile, maxBytes: number): Promise<string> {
  const { size } = await stat(file.path);
  if (size > maxBytes) {
    throw new InputInvalidError([
      `${file.filename} has ${size} bytes; a text of at most ${maxBytes} is taken.`,
    ]);
  }
  return decodeInput(await readFile(file.path), file.filename);
}

/** UTF-8, with or without a byte order mark. Throws `InputInvalidError`. */
export function decodeInput(bytes: Uint8Array, filename: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputInvalidError([`${filename} is not UTF-8 text.`], { cause });
  }
  if (text.includes('\0')) throw new InputInvalidError([`${filename} holds NUL bytes; it is no text.`]);
  return text;
}
