/** The file is broken, lies about itself, or is built to do harm. The message is for the one who sent it. */
export class UnsoundArchiveError extends Error {
  override readonly name = 'UnsoundArchiveError';
}

const longestQuote = 120;

export const quote = (text: string): string => JSON.stringify(text.slice(0, longestQuote));
