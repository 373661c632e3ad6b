import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ReactElement,
  type Ref,
} from 'react';
import type { LineRange } from './line-range.ts';
import { LogLine } from './log-line.tsx';
import type { LogState, LogStore } from './log-store.ts';
import { createScrollScale, findWindow, guessViewHeight, lineHeight, topToShow } from './scroll-scale.ts';
import { ScrollTicks } from './scroll-ticks.tsx';
import { stepLines } from './step-lines.ts';
import classes from './log.module.css';

export interface LogScrollerHandle {
  /** Puts a line a third down the window. */
  readonly showLine: (line: number) => void;
  readonly focus: () => void;
}

interface Props {
  readonly ref: Ref<LogScrollerHandle>;
  readonly label: string;
  readonly store: LogStore;
  readonly state: LogState;
  readonly find: string;
  readonly errors: ReadonlySet<number>;
  readonly found: readonly number[];
  readonly cause: number | null;
  readonly range: LineRange | null;
  readonly onChoose: (line: number, isRange: boolean) => void;
  /** Stays at the end while the log grows. */
  readonly isFollowing: boolean;
  readonly onFollow: (isFollowing: boolean) => void;
  /** The first lines are on the screen: until then, only what can be seen is drawn. */
  readonly isShown: boolean;
}

/** As the scroll bar stands; a scroll that is not to the end stops the following. */
interface View {
  readonly scrollTop: number;
  readonly height: number;
}

/** Lines above and below those that can be seen, for who turns the wheel. */
const linesBeside = 30;

const readView = ({ scrollTop, clientHeight: height }: HTMLElement): View => ({ scrollTop, height });
/** The view of before where it is the same, to the pixel in which a browser rounds it: nothing is drawn anew. */
const keepView = (now: View, factor: number) => (before: View) =>
  Math.abs(before.scrollTop - now.scrollTop) * factor < 2 && before.height === now.height ? before : now;

/** What will be measured: the lines are in the first drawing, and a second one before it is seen is for a place that turns out otherwise. */
const guessView = (lines: number, isFollowing: boolean): View => {
  const height = guessViewHeight();
  return {
    height,
    scrollTop: isFollowing ? Math.max(0, createScrollScale(lines, height).height - height) : 0,
  };
};

/** The window on a log: only the lines that can be seen are in the document, whatever its length. */
export function LogScroller(props: Props): ReactElement {
  const {
    ref,
    label,
    store,
    state,
    find,
    errors,
    found,
    cause,
    range,
    onChoose,
    isFollowing,
    onFollow,
    isShown,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>(() => guessView(state.totalLines, isFollowing));
  const scale = createScrollScale(state.totalLines, view.height);
  const isAtEnd = (element: HTMLElement): boolean =>
    element.scrollHeight - element.scrollTop - element.clientHeight < 2 * lineHeight;

  // Before the place is measured: what is shown first is the end, not the beginning.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight;
  }, [isFollowing, scale.height]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const { factor } = createScrollScale(store.state.totalLines, element.clientHeight);
      setView(keepView(readView(element), factor));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [store]);

  useImperativeHandle(ref, () => ({
    showLine: (line) => {
      const element = scroller.current;
      if (element === null) return;
      const scale = createScrollScale(store.state.totalLines, element.clientHeight);
      element.scrollTop = scale.toScrollTop(topToShow(line, element.clientHeight));
      // Not only with the event of it, which comes when the place has been seen without its lines.
      setView(readView(element));
    },
    focus: () => scroller.current?.focus({ preventScroll: true }),
  }));

  const logTop = scale.toLogTop(view.scrollTop);
  const { first, last } = findWindow(logTop, view.height, state.totalLines, isShown ? linesBeside : 0);
  useEffect(() => {
    if (state.phase !== 'ready' || last < first) return undefined;
    // Who drags the bar through a million lines wants those where it stops.
    const timer = setTimeout(() => store.want(first, last), 40);
    return () => clearTimeout(timer);
  }, [store, state, first, last]);

  const shift = view.scrollTop - logTop;
  const topLine = Math.min(last, Math.ceil(logTop / lineHeight) + 1);
  const stop = range !== null && range.first >= first && range.first <= last ? range.first : topLine;
  const lines: ReactElement[] = [];
  for (let line = first; line <= last; line += 1) {
    lines.push(
      <LogLine
        key={line}
        line={line}
        text={store.lineAt(line)}
        top={(line - 1) * lineHeight + shift}
        find={find}
        mark={line === cause ? 'cause' : errors.has(line) ? 'error' : null}
        isChosen={range !== null && line >= range.first && line <= range.last}
        isStop={line === stop}
        onChoose={onChoose}
      />,
    );
  }
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        tabIndex={0}
        role="region"
        aria-label={label}
        data-total={state.totalLines}
        onScroll={(event) => {
          const element = event.currentTarget;
          const isUp = element.scrollTop < view.scrollTop;
          setView(keepView(readView(element), scale.factor));
          if (isFollowing && isUp && !isAtEnd(element)) onFollow(false);
        }}
        onWheel={({ deltaY }) => {
          if (deltaY < 0) onFollow(false);
        }}
        onKeyDown={(event) => {
          const { key } = event;
          stepLines(event);
          if (key === 'End') onFollow(true);
          else if (key === 'Home' || key === 'PageUp' || key === 'ArrowUp') onFollow(false);
        }}
      >
        <div className={classes.spacer} style={{ height: scale.height }}>
          {lines}
        </div>
      </div>
      <ScrollTicks found={found} errors={errors} cause={cause} total={state.totalLines} />
    </div>
  );
}
