/** `1 line`, `2 lines`; for words that only take an s. */
export const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
