import { PackagingError } from '@ironwheel/packaging';
import { PackageFileError } from '../index-client/package-file-error.ts';
import { InputInvalidError } from './input-error.ts';

/** A folder of rubbish has as many problems as files; beyond this they are counted. */
const mostProblems = 1000;

const systemReasons: Readonly<Record<string, string>> = {
  ELOOP: 'it is a symbolic link; put the file itself here.',
  EACCES: 'it may not be read; check its permissions.',
  EPERM: 'it may not be read; check its permissions.',
  ENOENT: 'it disappeared while the folder was read.',
  EISDIR: 'it is a folder.',
  ENXIO: 'it is not a regular file.',
};

/** Why one file cannot be used; rethrows what is not about the file. */
const explain = (error: unknown): string => {
  if (error instanceof PackagingError || error instanceof PackageFileError) return error.message;
  const { code } = error as { code?: unknown };
  const reason = typeof code === 'string' ? systemReasons[code] : undefined;
  // An unreadable sector is a problem of this file too; a lack of handles or memory is one of ours.
  if (reason === undefined && code !== 'EIO') throw error;
  return reason ?? 'the disk failed to read it.';
};

const quoteFile = (filename: string): string =>
  /^[\x21-\x7e]{1,255}$/.test(filename) ? filename : JSON.stringify(filename.slice(0, 255));

/** Gathers what is wrong with the files of a folder, one sentence for each. */
export class InputProblems {
  readonly #problems: string[] = [];
  #uncounted = 0;

  add(filename: string, why: string): void {
    const name = quoteFile(filename);
    if (this.#problems.length < mostProblems) {
      this.#problems.push(why.startsWith(`${name} `) ? why : `${name}: ${why}`);
    } else this.#uncounted += 1;
  }

  /** Why a file could not be read. Throws what is not about the file. */
  addError(filename: string, error: unknown): void {
    this.add(filename, explain(error));
  }

  /** Throws one `InputInvalidError` of all of them. */
  throwIfAny(): void {
    if (this.#problems.length === 0) return;
    const more = this.#uncounted === 0 ? [] : [`There are ${this.#uncounted} more problems of this kind.`];
    throw new InputInvalidError([...this.#problems, ...more]);
  }
}
