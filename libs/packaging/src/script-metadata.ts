import { PackagingError } from './packaging-error.ts';

const opening = /^# \/\/\/ ([A-Za-z0-9-]+)$/;

interface Block {
  /** Null: the block is never closed. */
  readonly content: readonly string[] | null;
  /** Where reading goes on: nothing before it can open or close another block. */
  readonly next: number;
}

const readBlock = (lines: readonly string[], start: number): Block => {
  let end = start;
  let close = -1;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    if (line !== '#' && !line.startsWith('# ')) break;
    // The last closing line of an unbroken comment counts, and a block has at least one line.
    if (line === '# ///' && end > start) close = end;
  }
  if (close === -1) return { content: null, next: end };
  return { content: lines.slice(start, close).map((line) => line.slice(2)), next: close + 1 };
};

/**
 * The TOML text of a script's `script` block (PEP 723, inline script metadata); undefined when it has none. Reads
 * every line once. Throws `PYPROJECT_INVALID` when there are two.
 */
export const findScriptMetadata = (text: string): string | undefined => {
  const lines = text.split(/\r?\n/);
  let found: string | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const type = opening.exec(lines[at] ?? '')?.[1];
    if (type === undefined) continue;
    const { content, next } = readBlock(lines, at + 1);
    at = next - 1;
    if (type !== 'script' || content === null) continue;
    if (found !== undefined) {
      throw new PackagingError('PYPROJECT_INVALID', 'The script has more than one "# /// script" block.');
    }
    found = content.map((line) => `${line}\n`).join('');
  }
  return found;
};
