import { Fragment, memo, type MouseEvent, type ReactElement } from 'react';
import { splitHidden } from '../../parts/hidden-characters.ts';
import { collapseReturns } from './collapse-returns.ts';
import { parseAnsi, type StyledText } from './parse-ansi.ts';
import classes from './log.module.css';

/** Characters of a line in the list; the whole of it is shown when it is chosen. */
const shownCharacters = 1_000;

interface Props {
  readonly line: number;
  /** Undefined: not read yet. */
  readonly text: string | undefined;
  /** In the coordinates of the scrolled element, in px. */
  readonly top: number;
  readonly find: string;
  readonly mark: 'cause' | 'error' | null;
  readonly isChosen: boolean;
  /** Tab comes to its number; to those of the others, the arrows. */
  readonly isStop: boolean;
  readonly onChoose: (line: number, isRange: boolean) => void;
}

export const LogLine = memo(function LogLine(props: Props): ReactElement {
  const { line, text, top, find, mark, isChosen, isStop, onChoose } = props;
  const choose = (event: MouseEvent): void => {
    event.preventDefault();
    onChoose(line, event.shiftKey);
  };
  return (
    <div
      className={classes.line}
      style={{ transform: `translateY(${top}px)` }}
      data-line={line}
      data-mark={mark}
      data-chosen={isChosen}
    >
      <a
        href={`#L${line}`}
        className={classes.number}
        tabIndex={isStop ? 0 : -1}
        onClick={choose}
        aria-label={
          mark === null ? `Line ${line}` : `Line ${line}, ${mark === 'cause' ? 'first cause' : 'error'}`
        }
      >
        {line}
      </a>
      <span className={classes.sign} aria-hidden>
        {mark === 'cause' ? '▶' : mark === 'error' ? '!' : ''}
      </span>
      {text === undefined ? (
        <span className={classes.pending}>…</span>
      ) : (
        <LineText text={text} find={find} max={shownCharacters} />
      )}
    </div>
  );
});

interface TextProps {
  readonly text: string;
  readonly find: string;
  readonly max: number;
}

/** A line as a terminal would show it, in colours that can be read; whatever cannot be seen is named. Kept while only its place changes. */
export const LineText = memo(function LineText({ text, find, max }: TextProps): ReactElement {
  const { text: last, updates } = collapseReturns(text);
  const shown = last.slice(0, max);
  return (
    <bdi className={classes.text}>
      {updates > 0 && <span className={classes.note}>{updates.toLocaleString('en')} updates</span>}
      {parseAnsi(shown).map((part, index) => (
        <Part key={index} part={part} find={find} />
      ))}
      {last.length > shown.length && (
        <span className={classes.note}>
          … {(last.length - shown.length).toLocaleString('en')} more characters
        </span>
      )}
    </bdi>
  );
});

/** Most are plain text, and need no element of their own. */
function Part({ part, find }: { readonly part: StyledText; readonly find: string }): ReactElement {
  const { text, hue, isBold, isUnderlined, isMarked } = part;
  const pieces = splitFound(text, find).map((piece, index) =>
    piece.isFound ? (
      <mark key={index} className={classes.found}>
        {toShown(piece.text)}
      </mark>
    ) : (
      <Fragment key={index}>{toShown(piece.text)}</Fragment>
    ),
  );
  if (hue === null && !isBold && !isUnderlined && !isMarked) return <>{pieces}</>;
  return (
    <span
      className={hue === null ? undefined : classes[hue]}
      data-bold={isBold || undefined}
      data-underlined={isUnderlined || undefined}
      data-marked={isMarked || undefined}
    >
      {pieces}
    </span>
  );
}

const toShown = (text: string) =>
  splitHidden(text).map((part, index) =>
    part.isHidden ? (
      <span key={index} className={classes.hidden}>
        {part.text}
      </span>
    ) : (
      part.text
    ),
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
