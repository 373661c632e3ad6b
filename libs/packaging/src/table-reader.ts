import { PackagingError, quoteForError, type PackagingErrorCode } from './packaging-error.ts';

export type Table = Readonly<Record<string, unknown>>;

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** A hostile file has a problem in every line; an error shows the first ones. */
const mostProblems = 20;
const mostItems = 100_000;
const longestText = 16_000;

/** Gathers every problem of one file, so that they are reported at once. */
export class ProblemReport {
  readonly #subject: string;
  readonly #code: PackagingErrorCode;
  readonly #problems: string[] = [];
  #count = 0;

  constructor(code: PackagingErrorCode, subject: string) {
    this.#code = code;
    this.#subject = subject;
  }

  add(text: string): void {
    this.#count += 1;
    if (this.#problems.length < mostProblems) this.#problems.push(text);
  }

  throwIfAny(): void {
    if (this.#count === 0) return;
    const hidden = this.#count - this.#problems.length;
    const more = hidden > 0 ? ` And ${hidden} more.` : '';
    throw new PackagingError(
      this.#code,
      `${this.#subject} cannot be used: ${this.#problems.join(' ')}${more}`,
    );
  }
}

/** One table of a parsed TOML document. A wrong value is a problem that names table and key, and reads as missing. */
export class TableReader {
  readonly path: string;
  readonly report: ProblemReport;
  readonly #table: Table;

  constructor(table: Table, path: string, report: ProblemReport) {
    this.#table = table;
    this.path = path;
    this.report = report;
  }

  /** Reads the root of a document. */
  static ofDocument(document: unknown, report: ProblemReport): TableReader {
    if (!isTable(document)) report.add('It is not a TOML document.');
    return new TableReader(isTable(document) ? document : {}, '', report);
  }

  get keys(): readonly string[] {
    return Object.keys(this.#table);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#table, key);
  }

  /** The value as it stands; never one that an object inherits. */
  raw(key: string): unknown {
    return this.has(key) ? this.#table[key] : undefined;
  }

  addProblem(key: string, why: string): void {
    this.report.add(`${this.toPath(key)} ${why}.`);
  }

  toPath(key: string): string {
    const shown = /^[A-Za-z0-9_-]{1,60}$/.test(key) ? key : quoteForError(key);
    return this.path === '' ? shown : `${this.path}.${shown}`;
  }

  requireKey<T>(key: string, value: T | undefined): T | undefined {
    if (value === undefined && !this.has(key)) this.addProblem(key, 'is missing');
    return value;
  }

  string(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.length <= longestText) return value;
    this.addProblem(key, typeof value === 'string' ? `is longer than ${longestText}` : 'must be a string');
    return undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    this.addProblem(key, 'must be true or false');
    return undefined;
  }

  /** A whole number from zero. */
  count(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
    this.addProblem(key, 'must be a whole number of at least 0');
    return undefined;
  }

  /** RFC 3339; a TOML date-time, or a text of that form. */
  time(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
    if (typeof value === 'string' && value.length < 60 && !Number.isNaN(Date.parse(value))) return value;
    this.addProblem(key, 'must be a date and time');
    return undefined;
  }

  table(key: string): TableReader | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (isTable(value)) return new TableReader(value, this.toPath(key), this.report);
    this.addProblem(key, 'must be a table');
    return undefined;
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
    if (list !== undefined && list.length <= mostItems) return list;
    this.addProblem(key, list === undefined ? 'must be an array' : `has more than ${mostItems} entries`);
    return undefined;
  }

  /** An array of tables; missing is empty. */
  tables(key: string): TableReader[] {
    const readers: TableReader[] = [];
    for (const [at, value] of (this.list(key) ?? []).entries()) {
      const path = `${this.toPath(key)}[${at}]`;
      if (isTable(value)) readers.push(new TableReader(value, path, this.report));
      else this.report.add(`${path} must be a table.`);
    }
    return readers;
  }

  strings(key: string): string[] | undefined {
    const list = this.list(key);
    if (list === undefined) return undefined;
    const texts: string[] = [];
    for (const [at, value] of list.entries()) {
      if (typeof value === 'string' && value.length <= longestText) texts.push(value);
      else this.addProblem(key, `has an entry ${at} that is not a string of reasonable length`);
    }
    return texts;
  }

  /** What `parse` makes of a string; its error becomes a problem of the key. */
  parsed<T>(key: string, parse: (text: string) => T): T | undefined {
    const text = this.string(key);
    return text === undefined ? undefined : this.attempt(this.toPath(key), text, parse);
  }

  /** What `parse` makes of every string of an array. */
  parsedList<T>(key: string, parse: (text: string) => T): T[] | undefined {
    return this.strings(key)
      ?.map((text, at) => this.attempt(`${this.toPath(key)}[${at}]`, text, parse))
      .filter((value) => value !== undefined);
  }

  attempt<T>(path: string, text: string, parse: (text: string) => T): T | undefined {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
      this.report.add(`${path}: ${error.message}`);
      return undefined;
    }
  }

  findUnknownKeys(known: readonly string[]): string[] {
    return this.keys.filter((key) => !known.includes(key)).map((key) => this.toPath(key));
  }
}
