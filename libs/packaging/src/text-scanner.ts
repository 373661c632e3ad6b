/** A position in a text, moved on by sticky patterns. */
export class TextScanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The character that stands here; empty at the end. */
  peek(): string {
    return this.text.charAt(this.position);
  }

  /** What the sticky (`y`) pattern matches here; the position moves behind it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  /** Space and tab, the only white space inside a requirement (PEP 508). Returns whether there was any. */
  skipSpace(): boolean {
    const start = this.position;
    while (this.text[this.position] === ' ' || this.text[this.position] === '\t') this.position += 1;
    return this.position > start;
  }

  /** Moves behind the character if it stands here. Returns whether it did. */
  skip(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }
}
