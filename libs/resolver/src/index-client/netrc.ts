export interface NetrcLogin {
  readonly login: string;
  readonly password: string;
}

/** What a netrc file says of hosts. Holds passwords: never show it. */
export interface Netrc {
  /** By host in lower case. */
  readonly machines: ReadonlyMap<string, NetrcLogin>;
  /** For hosts that no `machine` names. */
  readonly fallback: NetrcLogin | null;
}

/** A netrc file that cannot be read. The message names a line and never its words: they may be passwords. */
export class NetrcInvalidError extends Error {
  override readonly name = 'NetrcInvalidError';
  readonly code = 'NETRC_INVALID';
  readonly family = 'operational';
  readonly line: number;

  constructor(line: number, detail: string) {
    super(`The netrc file cannot be read: line ${line}: ${detail}`);
    this.line = line;
  }
}

const longestText = 1024 * 1024;
const longestWord = 4096;
const mostMachines = 10_000;

/** Words as pip (Python's netrc) takes them: quotes around a word, a backslash before any character. */
class NetrcWords {
  readonly #text: string;
  #position = 0;
  line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where a keyword may stand, `#` begins a comment; as a value it is a character like others. */
  findKeyword(): string | undefined {
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#position] !== '#') return this.#findWord();
      this.skipLine();
    }
  }

  readValue(keyword: string): string {
    this.#skipSpace();
    const word = this.#findWord();
    if (word === undefined) throw new NetrcInvalidError(this.line, `nothing follows ${keyword}.`);
    return word;
  }

  skipLine(): string {
    const end = this.#text.indexOf('\n', this.#position);
    const line = this.#text.slice(this.#position, end === -1 ? undefined : end);
    this.#position = end === -1 ? this.#text.length : end + 1;
    this.line += 1;
    return line;
  }

  /** A macro ends at an empty line. */
  skipMacro(): void {
    this.skipLine();
    while (this.#position < this.#text.length && this.skipLine().trim() !== '');
  }

  #skipSpace(): void {
    while (/^[ \t\r\n]$/.test(this.#text[this.#position] ?? '')) this.#take();
  }

  #take(): string {
    const character = this.#text[this.#position] ?? '';
    this.#position += 1;
    if (character === '\n') this.line += 1;
    return character;
  }

  #findWord(): string | undefined {
    if (this.#position >= this.#text.length) return undefined;
    const isQuoted = this.#text[this.#position] === '"';
    if (isQuoted) this.#take();
    const isEnd = (character: string): boolean => (isQuoted ? character === '"' : /\s/.test(character));
    let word = '';
    while (this.#position < this.#text.length) {
      let character = this.#text[this.#position] ?? '';
      if (isEnd(character)) {
        if (isQuoted) this.#take();
        return word;
      }
      this.#take();
      if (character === '\\') character = this.#take();
      word += character;
      if (word.length > longestWord) throw new NetrcInvalidError(this.line, 'a word is too long.');
    }
    if (isQuoted) throw new NetrcInvalidError(this.line, 'a quote is not closed.');
    return word;
  }
}

/**
 * Reads the text of a netrc file as pip and curl do: `machine`, `default`, `login`, `user`, `password`, `account`,
 * `macdef`, comments. Of a machine that stands twice the last one holds. Throws `NetrcInvalidError`.
 */
export const parseNetrc = (text: string): Netrc => {
  if (text.length > longestText) throw new NetrcInvalidError(1, 'the file is larger than 1 MiB.');
  const words = new NetrcWords(text.replace(/^\ufeff/, ''));
  const machines = new Map<string, NetrcLogin>();
  let fallback: NetrcLogin | null = null;
  let current: { readonly host: string | null; login: string; password: string } | null = null;
  const finish = (): void => {
    if (current === null) return;
    const login = { login: current.login, password: current.password };
    if (current.host === null) fallback = login;
    else machines.set(current.host, login);
  };
  for (let word = words.findKeyword(); word !== undefined; word = words.findKeyword()) {
    if (word === 'machine' || word === 'default') {
      finish();
      const host = word === 'machine' ? words.readValue(word).toLowerCase() : null;
      current = { host, login: '', password: '' };
      if (machines.size >= mostMachines)
        throw new NetrcInvalidError(words.line, 'there are too many machines.');
    } else if (word === 'macdef') {
      words.skipMacro();
    } else if (current !== null && (word === 'login' || word === 'user')) {
      current.login = words.readValue(word);
    } else if (current !== null && word === 'password') {
      current.password = words.readValue(word);
    } else if (current !== null && word === 'account') {
      words.readValue(word);
    } else {
      throw new NetrcInvalidError(words.line, 'a keyword such as machine, login or password is expected.');
    }
  }
  finish();
  return { machines, fallback };
};
