/** What a text was meant to be when it could not be read as one. */
export type PackagingErrorCode =
  | 'NAME_INVALID'
  | 'VERSION_INVALID'
  | 'SPECIFIER_INVALID'
  | 'MARKER_INVALID'
  | 'REQUIREMENT_INVALID'
  | 'TAG_INVALID'
  | 'WHEEL_NAME_INVALID'
  | 'SDIST_NAME_INVALID'
  | 'METADATA_INVALID'
  | 'TARGET_INVALID'
  | 'PYPROJECT_INVALID'
  /** A lock file that breaks its format. */
  | 'LOCK_INVALID'
  /** A sound lock file that does not hold what is asked of it. */
  | 'LOCK_MISMATCH';

const longestQuote = 120;

/** A hostile text may be megabytes long or carry control characters; an error shows a short, printable piece. */
export const quoteForError = (text: string): string => {
  const short = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  return JSON.stringify(short);
};

/** A text that does not follow its packaging standard. The caller who wrote it must act. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';
  readonly family = 'request';
  readonly code: PackagingErrorCode;

  constructor(code: PackagingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
