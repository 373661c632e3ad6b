import { cleanLine } from '../output/clean-text.ts';
import { formatDuration } from '../output/duration.ts';
import type { Output } from '../output/output.ts';
import { formatTable } from '../output/table.ts';
import { printAttemptError } from './print-attempt.ts';
import type { ResultRow } from './run-results.ts';

/** The table, then what failed: phase, code, and the lines of the log that matter. */
export function printResults(rows: readonly ResultRow[], output: Output): void {
  output.line('');
  output.line(
    formatTable(
      ['package', 'version', 'action', 'runner', 'wheel', 'time'],
      rows.map((row) => [
        row.name,
        row.version,
        row.action,
        row.runner ?? '–',
        row.ok ? (row.wheel ?? '–') : (row.reason ?? 'failed'),
        row.time_s === null ? '–' : formatDuration(row.time_s),
      ]),
      { right: [5] },
    ),
  );
  for (const row of rows) {
    if (row.ok || row.attempt === null) continue;
    const { attempt } = row;
    const where = attempt.phase === null ? '' : ` in phase ${attempt.phase}`;
    output.line('');
    output.line(cleanLine(`${row.name} ${row.version} ${attempt.state}${where} (job ${row.job_id ?? '–'}):`));
    if (attempt.error !== null) printAttemptError(attempt.error, output);
    output.line(
      cleanLine(`    the whole log: ironwheel logs ${row.name} ${row.version}`).replace(/^ */, '    '),
    );
  }
}
