import type { AttemptResult } from '@ironwheel/contracts';
import { boundLines, findTool, signalOfExit, type AttemptFacts, type LogLine } from '@ironwheel/decisions';
import type { JobRow } from '../jobs/index.ts';
import type { AttemptRow } from './attempt.row.ts';
import type { Ending } from './ending.ts';

type Observation = AttemptResult['provider_observations'][number];

/** What a source did wrong; a file that it does not have (404) is no fault of it by itself. */
const countFaults = (seen: Observation): number =>
  seen.http_429 + seen.http_5xx + seen.timeouts + seen.dns_err + seen.tls_err + seen.hash_mismatch;

/** The lines that matter, and last, as line 0, what the worker itself says of the end. */
const readLines = (result: AttemptResult | null): LogLine[] => {
  const error = result?.error ?? null;
  if (error === null) return [];
  const { lines, message } = error;
  const bounded = boundLines(lines.map(({ line_no: no, text }) => ({ no, text })));
  return [...bounded, ...boundLines([{ no: 0, text: message }])];
};

/** What rules may look at. */
export function toAttemptFacts(attempt: AttemptRow, job: JobRow, { status, result }: Ending): AttemptFacts {
  const lines = readLines(result);
  const phase = result?.phase ?? attempt.phase;
  const exitCode = result?.exit_code ?? null;
  const atFault = (result?.provider_observations ?? []).filter(
    (seen) => seen.phase === phase && countFaults(seen) > 0,
  );
  return {
    status,
    phase,
    errorCode: result?.error?.code ?? null,
    exitCode,
    tool: findTool(lines),
    signal: signalOfExit(exitCode),
    lines,
    package: job.name,
    python: job.python_tag,
    providers: [...new Set(atFault.map(({ provider }) => provider))].slice(0, 20),
  };
}

/** Seconds that a source asked to be left alone; null: none did. */
export function findRetryAfterS(result: AttemptResult | null): number | null {
  const asked = Math.max(0, ...(result?.provider_observations ?? []).map((seen) => seen.max_retry_after_s));
  return asked === 0 ? null : asked;
}
