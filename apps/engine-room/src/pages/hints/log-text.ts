import { writeBytes } from '../../parts/write-bytes.ts';

/** As much as the API takes at once. */
export const mostLogCharacters = 4_000_000;

/** A character of UTF-16 has at most three bytes in UTF-8: a larger file cannot be a log that is taken. */
export const mostFileBytes = 3 * mostLogCharacters;

/** Why a file is not even read; null: it is. */
export const findFileFault = (bytes: number): string | null =>
  bytes <= mostFileBytes
    ? null
    : `The file has ${bytes.toLocaleString('en')} bytes; at most ${mostFileBytes.toLocaleString('en')} are read. Cut away what stands before the failure.`;

/** A log as it can be sent: without NUL and halves of characters, which a binary output leaves behind. Its lines stay where they are. */
export const toSendableLog = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();

/** Why a log cannot be tried; null: it can. */
export function findLogFault(text: string): string | null {
  if (text.trim() === '') return 'Paste a log, or choose a file.';
  if (text.length <= mostLogCharacters) return null;
  return `It has ${text.length.toLocaleString('en')} characters; at most ${mostLogCharacters.toLocaleString('en')} can be tried at once. Cut away what stands before the failure.`;
}

/** "3.4 MB, 52,100 lines". */
export function describeLog(text: string): string {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return `${writeBytes(text.length)}, ${lines.toLocaleString('en')} lines`;
}
