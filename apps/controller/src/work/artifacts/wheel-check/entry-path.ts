const longestPath = 1024;
const longestPart = 255;

/** Relative, with `/`, without `.`, `..`, empty parts, drive letters, backslashes or control characters. */
export function isPlainEntryPath(name: string): boolean {
  if (name === '' || name.length > longestPath || /[\\\u0000-\u001f\u007f]|^[A-Za-z]:/.test(name))
    return false;
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  return parts.every(
    (part) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= longestPart,
  );
}
