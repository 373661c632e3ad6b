/**
 * White space as Python's `str.strip` sees it, which is what the tools that wrote the files took off. The language's
 * own `trim` leaves the ASCII separators and U+0085 in place and takes a byte order mark for space.
 */
const space = String.raw`\t-\r\x1C-\x20\x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000`;
const anywhere = new RegExp(`[${space}]`);
const isSpaceAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  // Most characters are printable ASCII, and no pattern need be asked.
  return !(code > 0x20 && code < 0x7f) && anywhere.test(text.charAt(at));
};

/** Without the white space around it, in linear time. */
export const stripWhiteSpace = (text: string): string => {
  let end = text.length;
  while (end > 0 && isSpaceAt(text, end - 1)) end -= 1;
  let start = 0;
  while (start < end && isSpaceAt(text, start)) start += 1;
  return text.slice(start, end);
};

export const hasWhiteSpace = (text: string): boolean => anywhere.test(text);
