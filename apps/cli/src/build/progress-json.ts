import type { PlanDocument } from '@ironwheel/contracts';
import type { Output } from '../output/output.ts';
import type { Progress } from './progress.ts';
import type { RunSnapshot } from './run-snapshot.ts';

/** One JSON document a line for each change: `planned`, `job`, `remark`; `done` comes from the command. */
export class JsonProgress implements Progress {
  readonly #seen = new Map<string, string>();
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  planned(plan: PlanDocument): void {
    this.#output.json({ event: 'planned', plan });
  }

  show(snapshot: RunSnapshot): void {
    for (const { job, attempt } of snapshot.jobs) {
      const event = {
        event: 'job',
        job_id: job.job_id,
        name: job.name,
        version: job.version,
        state: job.state,
        state_reason: job.state_reason,
        attempt_id: attempt?.attempt_id ?? null,
        phase: attempt?.phase ?? null,
      };
      const text = JSON.stringify(event);
      if (this.#seen.get(job.job_id) === text) continue;
      this.#seen.set(job.job_id, text);
      this.#output.json(event);
    }
  }

  remark(text: string): void {
    this.#output.json({ event: 'remark', text });
  }

  end(): void {
    this.#seen.clear();
  }
}
