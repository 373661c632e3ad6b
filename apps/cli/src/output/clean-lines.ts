import { cleanText } from './clean-text.ts';

/** A log line without end is printed in pieces of this many characters. */
const maxHeldCharacters = 65_536;

/** Cleans a stream of text line by line, so that an escape sequence cut in two by a chunk is still found whole. */
export class CleanLines {
  #held = '';
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  push(text: string): void {
    this.#held += text;
    const end = this.#held.lastIndexOf('\n') + 1;
    const cut = end === 0 && this.#held.length > maxHeldCharacters ? this.#held.length : end;
    if (cut === 0) return;
    this.#write(cleanText(this.#held.slice(0, cut)));
    this.#held = this.#held.slice(cut);
  }

  end(): void {
    if (this.#held !== '') this.#write(`${cleanText(this.#held)}\n`);
    this.#held = '';
  }
}
