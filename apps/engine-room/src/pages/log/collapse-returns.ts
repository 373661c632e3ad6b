export interface CollapsedLine {
  /** What was written last. */
  readonly text: string;
  /** How often the line was written over before. */
  readonly updates: number;
}

/** A line that a progress bar wrote over and over: its last state, as a terminal would show it. */
export function collapseReturns(line: string): CollapsedLine {
  if (!line.includes('\r')) return { text: line, updates: 0 };
  const states = line.split('\r').filter((state) => state !== '');
  return { text: states.at(-1) ?? '', updates: Math.max(0, states.length - 1) };
}
