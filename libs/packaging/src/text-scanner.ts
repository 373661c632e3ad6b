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

  /** What the sticky (`y`) pattern matches here; the position moves behind it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  /** Space and tab, the only white space inside a requirement (PEP 508). Returns whether there was any. */
  skipSpace(): boolean {
    return this.take(/[ \t]+/y) !== undefined;
  }
}
