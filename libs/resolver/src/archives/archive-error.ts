/** An archive cannot be read, or says two different things. The message completes the sentence "… is broken: it …". */
export class ArchiveUnsoundError extends Error {
  override readonly name = 'ArchiveUnsoundError';
  readonly code = 'ARCHIVE_UNSOUND';
  readonly family = 'request';
}

const longestQuote = 120;

/** A hostile name may be long or carry control characters. */
export const quoteName = (name: string): string =>
  JSON.stringify(name.length > longestQuote ? `${name.slice(0, longestQuote)}…` : name);
