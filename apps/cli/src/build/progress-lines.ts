import type { PlanDocument } from '@ironwheel/contracts';
import { cleanLine } from '../output/clean-text.ts';
import { formatDuration } from '../output/duration.ts';
import type { Output } from '../output/output.ts';
import { describePlan, type Progress } from './progress.ts';
import { attemptSeconds, describeJob, isEnded, type RunSnapshot } from './run-snapshot.ts';

/** For a pipe or a CI log: a plain line each time a job changes. */
export class LineProgress implements Progress {
  readonly #seen = new Map<string, string>();
  readonly #output: Output;
  #remark = '';

  constructor(output: Output) {
    this.#output = output;
  }

  planned(plan: PlanDocument): void {
    this.#output.note(cleanLine(describePlan(plan)));
  }

  show(snapshot: RunSnapshot): void {
    for (const progress of snapshot.jobs) {
      const { job, attempt } = progress;
      const again = attempt !== null && attempt.number > 1 ? ` (attempt ${attempt.number})` : '';
      const words = `${describeJob(progress)}${again}`;
      if (this.#seen.get(job.job_id) === words) continue;
      this.#seen.set(job.job_id, words);
      const seconds = attemptSeconds(attempt, Date.now());
      const time = seconds !== null && isEnded(progress) ? ` after ${formatDuration(seconds)}` : '';
      this.#output.note(cleanLine(`${job.name} ${job.version}: ${words}${time}`));
    }
  }

  remark(text: string): void {
    if (text === this.#remark) return;
    this.#remark = text;
    if (text !== '') this.#output.note(cleanLine(text));
  }

  end(): void {
    this.#seen.clear();
  }
}
