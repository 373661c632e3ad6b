import { splitHidden } from '../../parts/hidden-characters.ts';
import { collapseReturns } from './collapse-returns.ts';
import { makeElement } from './make-element.ts';
import { parseAnsi, type StyledText } from './parse-ansi.ts';
import classes from './log.module.css';

/** Characters of a line in the list; the whole of it is shown when it is chosen. */
export const shownCharacters = 1_000;

/**
 * Puts a line of a log into an element, as a terminal would show it: in colours that can be read, with the places of `find` (in lower
 * case) marked and whatever cannot be seen named; no more than `max` characters. By hand and not by React, because the first lines are
 * shown before React is there (first-lines.ts).
 */
export function fillLine(place: Element, text: string, find: string, max: number): void {
  const { text: last, updates } = collapseReturns(text);
  const shown = last.slice(0, max);
  const left = last.length - shown.length;
  place.replaceChildren(
    ...(updates > 0 ? [makeElement('span', classes.note, `${updates.toLocaleString('en')} updates`)] : []),
    ...parseAnsi(shown).flatMap((part) => drawPart(part, find)),
    ...(left > 0
      ? [makeElement('span', classes.note, `… ${left.toLocaleString('en')} more characters`)]
      : []),
  );
}

/** Most are plain text, and need no element of their own. */
function drawPart(
  { text, hue, isBold, isUnderlined, isMarked }: StyledText,
  find: string,
): (Node | string)[] {
  const pieces = splitFound(text, find).flatMap((piece) =>
    piece.isFound ? [makeElement('mark', classes.found, ...drawShown(piece.text))] : drawShown(piece.text),
  );
  if (hue === null && !isBold && !isUnderlined && !isMarked) return pieces;
  const part = makeElement('span', hue === null ? undefined : classes[hue], ...pieces);
  part.toggleAttribute('data-bold', isBold);
  part.toggleAttribute('data-underlined', isUnderlined);
  part.toggleAttribute('data-marked', isMarked);
  return [part];
}

const drawShown = (text: string): (Node | string)[] =>
  splitHidden(text).map((part) =>
    part.isHidden ? makeElement('span', classes.hidden, part.text) : part.text,
  );

/** The places of `find` in a text, in any case. */
function splitFound(text: string, find: string): { text: string; isFound: boolean }[] {
  const lowered = text.toLowerCase();
  // A letter that changes its length in lower case moves every place behind it.
  if (find === '' || lowered.length !== text.length) return [{ text, isFound: false }];
  const pieces: { text: string; isFound: boolean }[] = [];
  let start = 0;
  for (let at = lowered.indexOf(find); at !== -1; at = lowered.indexOf(find, start)) {
    if (at > start) pieces.push({ text: text.slice(start, at), isFound: false });
    pieces.push({ text: text.slice(at, at + find.length), isFound: true });
    start = at + find.length;
  }
  if (start < text.length) pieces.push({ text: text.slice(start), isFound: false });
  return pieces;
}
