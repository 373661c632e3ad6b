/** A line of a build's log. */
export interface LogLine {
  readonly no: number;
  readonly text: string;
}

/** How an attempt ended, as far as a rule may look at it. */
export interface AttemptFacts {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  readonly phase: string | null;
  readonly errorCode: string | null;
  readonly exitCode: number | null;
  /** The program that failed, as the first lines show; see `findTool`. */
  readonly tool: string | null;
  /** Number of the signal that ended it. */
  readonly signal: number | null;
  /** The first lines that matter, at most `factBounds.lines`, each cut at `factBounds.text` characters. */
  readonly lines: readonly LogLine[];
  readonly package: string | null;
  /** Interpreter tag. */
  readonly python: string | null;
  /** Hosts that answered wrongly or not at all in the phase that failed. */
  readonly providers: readonly string[];
}

export const factBounds = { lines: 20, text: 500 } as const;

/** Lines as facts carry them. */
export const boundLines = (lines: readonly LogLine[]): LogLine[] =>
  lines.slice(0, factBounds.lines).map(({ no, text }) => ({ no, text: cut(text) }));

// A surrogate pair is not cut in half: Postgres would refuse it.
const cut = (text: string): string => text.slice(0, factBounds.text).toWellFormed();

/** 137 is how a shell tells of signal 9; Python and Node tell of it as -9. */
export const signalOfExit = (exitCode: number | null): number | null => {
  if (exitCode === null) return null;
  if (exitCode < 0 && exitCode >= -64) return -exitCode;
  return exitCode > 128 && exitCode <= 192 ? exitCode - 128 : null;
};

/** Programs by what their errors look like, the one that says most first. */
const tools: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ['auditwheel', /\bauditwheel\b|cannot repair .*wheel/],
  ['linker', /\bld(?:\.\w+)?: |collect2: error|cannot find -l|undefined reference to/],
  ['compiler', /: (?:fatal )?error: |cc1(?:plus)?\b/],
  ['cargo', /^error(?:\[E\d+\])?: |could not compile `|\brustc\b|\bcargo\b/],
  ['cmake', /\bCMake Error\b|\bcmake\b/],
  ['meson', /\bmeson\.build:|\bmeson\b/],
  ['ninja', /^ninja: |\bninja: build stopped/],
  ['pip', /^ERROR: .*(?:requirement|distribution)|\bpip\b/],
  ['setuptools', /\bsetuptools\b|\bsetup\.py\b|^Traceback /],
];

/** The program that failed first, as its lines show. Null: none that is known. */
export function findTool(lines: readonly LogLine[]): string | null {
  for (const { text } of lines) {
    const found = tools.find(([, pattern]) => pattern.test(text));
    if (found !== undefined) return found[0];
  }
  return null;
}
