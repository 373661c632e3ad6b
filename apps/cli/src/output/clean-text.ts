// ANSI control sequences (ECMA-48): CSI, OSC and the other string sequences, and two-character escapes.
const escapeSequences = [
  String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`,
  String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?`,
  String.raw`\u001b[ -/]*[0-~]`,
].join('|');
const escapePattern = new RegExp(escapeSequences, 'g');
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Marks that turn the direction of text round (Unicode TR 9) can make a line read as another one. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text of a server or a build, made safe to print: no escape sequence and no control character is left, except
 * tab and line feed. A log can hold anything that a package's build prints.
 */
export function cleanText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(escapePattern, '')
    .replace(controlCharacters, '')
    .replace(directionMarks, '');
}

/** The same on one line. */
export const cleanLine = (text: string): string => cleanText(text).replaceAll(/[\n\t]+/g, ' ');
