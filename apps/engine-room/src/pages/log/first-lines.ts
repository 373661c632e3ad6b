import type { AttemptView, LogLines } from '@ironwheel/contracts';
import { fillLine, shownCharacters } from './fill-line.ts';
import { findToldCause } from './find-told-cause.ts';
import { makeElement } from './make-element.ts';
import { findWindow, guessViewHeight, lineHeight, topToShow } from './scroll-scale.ts';
import classes from './log.module.css';

/**
 * The lines that the log of an attempt opens with (log-pane.tsx), from its last ones and its state as the controller answers them:
 * somebody can read while the scripts of the page are. None where the first cause stands further up than what was read.
 */
export function drawFirst(place: HTMLElement, [linesText = '', attemptText = '']: readonly string[]): void {
  const { from, lines, total_lines: total } = JSON.parse(linesText) as LogLines;
  const told = findToldCause(JSON.parse(attemptText) as AttemptView);
  const cause = typeof told === 'number' ? told : null;
  const height = guessViewHeight();
  const end = Math.max(0, total * lineHeight - height);
  const top = cause === null ? end : Math.min(end, topToShow(cause, height));
  const { first, last } = findWindow(top, height, total, 0);
  if (total === 0 || first < from) return;
  const shown = lines
    .slice(first - from, last - from + 1)
    .map((text, index) => drawLine(text, first + index, top, first + index === cause));
  const spacer = makeElement('div', classes.spacer, ...shown);
  const scroller = makeElement('div', classes.scroller, spacer);
  place.append(makeElement('div', `${classes.frame} ${classes.first}`, scroller));
}

function drawLine(text: string, number: number, top: number, isCause: boolean): HTMLElement {
  const whole = makeElement('bdi', classes.text);
  fillLine(whole, text, '', shownCharacters);
  const line = makeElement(
    'div',
    classes.line,
    makeElement('span', classes.number, `${number}`),
    makeElement('span', classes.sign, isCause ? '▶' : ''),
    whole,
  );
  line.dataset['line'] = `${number}`;
  if (isCause) line.dataset['mark'] = 'cause';
  line.style.transform = `translateY(${(number - 1) * lineHeight - top}px)`;
  return line;
}
