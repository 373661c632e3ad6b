import { phases, type PlanDocument } from '@ironwheel/contracts';
import { cleanLine } from '../output/clean-text.ts';
import { formatDuration } from '../output/duration.ts';
import type { Output } from '../output/output.ts';
import { describePlan, type Progress } from './progress.ts';
import {
  attemptSeconds,
  describeJob,
  isActive,
  isEnded,
  type JobProgress,
  type RunSnapshot,
} from './run-snapshot.ts';

const maxLiveLines = 16;
const redrawMs = 250;

/** A bar of the six phases of an attempt. */
function phaseBar(progress: JobProgress): string {
  const phase = progress.attempt?.phase ?? null;
  const at = phase === null ? 0 : phases.indexOf(phase);
  return phases
    .map((_, index) => (index < at ? '█' : index === at && isActive(progress) ? '▓' : '░'))
    .join('');
}

/** For a terminal: jobs that ended are printed once, the others are redrawn below them, with bar and time. */
export class TerminalProgress implements Progress {
  readonly #output: Output;
  readonly #printed = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #snapshot: RunSnapshot | null = null;
  #remark = '';
  #drawn = 0;

  constructor(output: Output) {
    this.#output = output;
    this.#timer = setInterval(() => this.#draw(), redrawMs);
    this.#timer.unref();
  }

  planned(plan: PlanDocument): void {
    this.#output.note(cleanLine(describePlan(plan)));
  }

  show(snapshot: RunSnapshot): void {
    this.#snapshot = snapshot;
    this.#draw();
  }

  remark(text: string): void {
    this.#remark = cleanLine(text);
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#erase();
    this.#snapshot = null;
  }

  #draw(): void {
    if (this.#snapshot === null) return;
    this.#erase();
    const width = Math.max(
      20,
      ...this.#snapshot.jobs.map(({ job }) => job.name.length + job.version.length + 1),
    );
    for (const progress of this.#snapshot.jobs) {
      if (!isEnded(progress) || this.#printed.has(progress.job.job_id)) continue;
      this.#printed.add(progress.job.job_id);
      this.#line(this.#format(progress, width));
    }
    const open = this.#snapshot.jobs.filter((progress) => !isEnded(progress));
    const live = [...open.filter(isActive), ...open.filter((progress) => !isActive(progress))];
    const lines = live.slice(0, maxLiveLines).map((progress) => this.#format(progress, width));
    if (live.length > maxLiveLines) lines.push(`  … and ${live.length - maxLiveLines} more`);
    if (this.#remark !== '' && live.length > 0) lines.push(`  ${this.#remark}`);
    for (const line of lines) this.#line(line);
    this.#drawn = lines.length;
  }

  #format(progress: JobProgress, width: number): string {
    const { job, attempt } = progress;
    const seconds = attemptSeconds(attempt, Date.now());
    const mark = job.state === 'succeeded' ? '✓' : isEnded(progress) ? '✗' : isActive(progress) ? '▸' : '·';
    const name = `${job.name} ${job.version}`.padEnd(width);
    const bar = isActive(progress) ? `${phaseBar(progress)} ` : '';
    const time = seconds === null ? '' : `  ${formatDuration(seconds)}`;
    return `${mark} ${name}  ${bar}${cleanLine(describeJob(progress))}${time}`;
  }

  #line(text: string): void {
    this.#output.note(
      Array.from(text)
        .slice(0, this.#output.columns() - 1)
        .join(''),
    );
  }

  #erase(): void {
    if (this.#drawn > 0) this.#output.writeNote(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }
}
