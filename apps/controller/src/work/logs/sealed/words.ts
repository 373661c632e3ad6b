/** Shorter words stand in nearly every block: they are not indexed, and a search for them alone looks everywhere. */
export const shortestWord = 3;

/** Beside letters and digits, what names, versions and file names are made of; anything that is not ASCII counts too. */
const wordPattern = /[a-z0-9_.+\u0080-\uffff-]{3,}/g;

/** The words of a text in lower case, each once. */
export const findWords = (lowered: string): Set<string> => new Set(lowered.match(wordPattern));

/**
 * A part of what is looked for. It stands within a word; where the searched text goes on beyond it with something that
 * is no part of a word, it is the beginning or the end of one.
 */
export interface WantedWord {
  readonly text: string;
  readonly beginsWord: boolean;
  readonly endsWord: boolean;
}

/** What a text must hold of words for `needle` (in lower case) to stand in it. Empty: the words say nothing. */
export function findWantedWords(needle: string): WantedWord[] {
  return [...needle.matchAll(wordPattern)].map(({ 0: text, index }) => ({
    text,
    beginsWord: index > 0,
    endsWord: index + text.length < needle.length,
  }));
}
