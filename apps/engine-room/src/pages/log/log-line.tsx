import { memo, useCallback, type MouseEvent, type ReactElement } from 'react';
import { fillLine, shownCharacters } from './fill-line.ts';
import classes from './log.module.css';

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

/** A line as a terminal would show it. Kept while only its place changes. */
export const LineText = memo(function LineText({ text, find, max }: TextProps): ReactElement {
  const fill = useCallback(
    (place: HTMLElement | null) => {
      if (place !== null) fillLine(place, text, find, max);
    },
    [text, find, max],
  );
  return <bdi className={classes.text} ref={fill} />;
});
