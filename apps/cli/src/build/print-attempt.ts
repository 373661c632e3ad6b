import type { AttemptView } from '@ironwheel/contracts';
import { cleanLine } from '../output/clean-text.ts';
import { formatDuration } from '../output/duration.ts';
import type { Output } from '../output/output.ts';

/** One attempt for people: how it ended, where and why, and the lines of its log that matter. */
export function printAttempt(attempt: AttemptView, output: Output): void {
  const facts = [
    `attempt ${attempt.number}`,
    attempt.state,
    ...(attempt.phase === null || attempt.state === 'succeeded' ? [] : [`in phase ${attempt.phase}`]),
    ...(attempt.cause === null ? [] : [`cause ${attempt.cause}`]),
    ...(attempt.duration_s === null ? [] : [`after ${formatDuration(attempt.duration_s)}`]),
    `on ${attempt.worker_name ?? attempt.worker_id}${attempt.runner === null ? '' : ` (${attempt.runner})`}`,
  ];
  output.line(cleanLine(`  ${facts.join(', ')}`).replace(/^ */, '  '));
  if (attempt.error !== null) printAttemptError(attempt.error, output);
  if (attempt.decision !== null) {
    output.line(`    decision: ${cleanLine(`${attempt.decision.action}: ${attempt.decision.reason}`)}`);
  }
  for (const artifact of attempt.artifacts) {
    output.line(`    ${cleanLine(artifact.filename)} sha256:${cleanLine(artifact.sha256)}`);
  }
}

export function printAttemptError(error: NonNullable<AttemptView['error']>, output: Output): void {
  output.line(`    ${cleanLine(error.code)}: ${cleanLine(error.message)}`);
  for (const line of error.lines) {
    output.line(`    ${String(line.line_no).padStart(6)} │ ${cleanLine(line.text).slice(0, 400)}`);
  }
}
