/** Height of a line in px. */
export const lineHeight = 20;
/** Browsers cut elements that are higher; Firefox at about 17.8 million px. */
const highest = 12_000_000;

/** How the place of the scroll bar and the lines belong together; beyond `highest` a pixel of it stands for more. */
export interface ScrollScale {
  /** Of the element that is scrolled, in px. */
  readonly height: number;
  /** Px of the log for one of the scroll bar. */
  readonly factor: number;
  /** Place in the whole log, in px, of a place of the scroll bar. */
  readonly toLogTop: (scrollTop: number) => number;
  readonly toScrollTop: (logTop: number) => number;
}

export function createScrollScale(lines: number, viewHeight: number): ScrollScale {
  const whole = lines * lineHeight;
  const height = Math.min(whole, highest);
  const factor = height <= viewHeight ? 1 : (whole - viewHeight) / (height - viewHeight);
  return {
    height,
    factor,
    toLogTop: (scrollTop) => scrollTop * factor,
    toScrollTop: (logTop) => logTop / factor,
  };
}

/** Of a window, however high. */
const mostLines = 200;

/** The lines of a window, counted from 1, with as many as `beside` on either side. */
export function findWindow(
  logTop: number,
  viewHeight: number,
  lines: number,
  beside: number,
): { readonly first: number; readonly last: number } {
  const visible = Math.ceil(viewHeight / lineHeight) + 1;
  const more = Math.max(0, Math.min(beside, Math.floor((mostLines - visible) / 2)));
  const top = Math.floor(logTop / lineHeight) + 1;
  return {
    first: Math.max(1, top - more),
    last: Math.min(lines, top + Math.min(visible, mostLines) + more),
  };
}

/** Where the window has to begin, in px of the log, for a line to stand a third down. */
export const topToShow = (line: number, viewHeight: number): number =>
  Math.max(0, (line - 1) * lineHeight - viewHeight / 3);

/** Height of the window on a log before it is there to be measured, in px, by its style sheet (`.scroller`). */
export function guessViewHeight(): number {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const borders = 2;
  return Math.max(20 * rem, window.innerHeight - 21 * rem) - borders;
}
