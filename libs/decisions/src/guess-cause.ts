import { boundLines, findTool, signalOfExit, type AttemptFacts, type LogLine } from './attempt-facts.ts';
import type { Cause } from './causes.ts';
import { classify } from './classify.ts';
import { defaultPolicy } from './policy.ts';

/** The cause of an end as whoever has no policy at hand sees it, a worker for example. What counts is the controller's. */
export function guessCause(
  end: Pick<AttemptFacts, 'status' | 'phase' | 'errorCode' | 'exitCode'> & {
    readonly lines?: readonly LogLine[];
  },
): Cause {
  const lines = boundLines(end.lines ?? []);
  const rest = { package: null, python: null, providers: [] };
  const facts = { ...end, ...rest, lines, tool: findTool(lines), signal: signalOfExit(end.exitCode) };
  return classify(facts, defaultPolicy, 0).cause;
}
