import type { JobView } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { ExplainWaiting } from '../waiting/index.ts';
import { toJobView } from './job.view.ts';
import type { JobListRow } from './jobs.repository.ts';

/** Jobs as people see them, with what they wait for and what waits for them. */
@Injectable()
export class JobViews {
  constructor(private readonly waiting: ExplainWaiting) {}

  async toViews(rows: readonly JobListRow[]): Promise<JobView[]> {
    const waiting = await this.waiting.explain(rows);
    return rows.map((row) => ({ ...toJobView(row), ...waiting.get(row.id) }));
  }

  async toView(row: JobListRow): Promise<JobView> {
    const waiting = await this.waiting.explain([row]);
    return { ...toJobView(row), ...waiting.get(row.id) };
  }
}
