import { redactUrl } from './redact-url.ts';

/**
 * `PACKAGE_FILE_LIES`: its bytes are not those that the index states, which may be an attack: nothing more is planned.
 * `PACKAGE_FILE_BROKEN`: it cannot be read as what its name says. Nothing may be planned from such a file; another
 * release has to serve.
 */
export type PackageFileErrorCode = 'PACKAGE_FILE_LIES' | 'PACKAGE_FILE_BROKEN';

export class PackageFileError extends Error {
  override readonly name = 'PackageFileError';
  readonly family = 'request';
  readonly code: PackageFileErrorCode;
  /** URL without credentials, or the file name of a kept or local file. */
  readonly place: string;

  constructor(code: PackageFileErrorCode, place: string, detail: string, options?: ErrorOptions) {
    const shown = URL.canParse(place) ? redactUrl(place) : place;
    super(
      `${shown} ${code === 'PACKAGE_FILE_LIES' ? 'is not what it claims to be' : 'is broken'}: ${detail}`,
      options,
    );
    this.code = code;
    this.place = shown;
  }
}

/** A file that lies ends the plan; of a broken one, another file or release may serve. */
export const isBrokenFile = (error: unknown): error is PackageFileError =>
  error instanceof PackageFileError && error.code === 'PACKAGE_FILE_BROKEN';
