import type { WorkerActionAnswer, WorkerView } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/index.ts';
import { HeldAttempts, type HeldAttempt } from './held-attempts.ts';
import { WorkerMatching } from '../matching/index.ts';
import { Heartbeats } from './heartbeats.ts';
import type { WorkerRow } from './worker.row.ts';
import { toWorkerView } from './worker.view.ts';

/** Puts together what is shown of workers: one statement for the match and one for what drains wait for, however many. */
@Injectable()
export class WorkerViews {
  constructor(
    private readonly heartbeats: Heartbeats,
    private readonly matching: WorkerMatching,
    private readonly held: HeldAttempts,
    private readonly clock: Clock,
  ) {}

  async toViews(given: readonly WorkerRow[]): Promise<WorkerView[]> {
    const rows = given.map((row) => this.#withLatest(row));
    const draining = rows.filter((row) => row.desired_state === 'draining').map((row) => row.id);
    const [matches, held] = await Promise.all([
      this.matching.ofWorkers(
        rows.map((row) => ({ ...row, told_server_id: row.heartbeat?.server_id ?? null })),
      ),
      draining.length === 0 ? [] : this.held.list(draining),
    ]);
    const facts = { now: this.clock.now(), intervalS: this.heartbeats.intervalS };
    return rows.map((row) =>
      toWorkerView(row, {
        ...facts,
        match: matches.get(row.id) ?? null,
        held: held.filter((attempt) => attempt.workerId === row.id),
      }),
    );
  }

  async toView(row: WorkerRow): Promise<WorkerView> {
    const [view] = await this.toViews([row]);
    if (view === undefined) throw new Error('a row has a view');
    return view;
  }

  /** The worker as it is now, and what it is building. */
  async toAnswer(row: WorkerRow, isDryRun: boolean): Promise<WorkerActionAnswer> {
    const [view, held] = await Promise.all([this.toView(row), this.held.list([row.id])]);
    return { ...view, dry_run: isDryRun, held: held.map(toHeld) };
  }

  /** Heartbeats are written down once a second; the newest may not be yet. */
  #withLatest(row: WorkerRow): WorkerRow {
    const latest = this.heartbeats.latest(row.id);
    if (latest === undefined) return row;
    return {
      ...row,
      last_heartbeat_at: latest.at,
      heartbeat: latest.heartbeat,
      remote_addr: latest.remoteAddr ?? row.remote_addr,
    };
  }
}

const toHeld = (attempt: HeldAttempt): WorkerActionAnswer['held'][number] => ({
  attempt_id: attempt.attemptId,
  text: attempt.text,
  phase: attempt.phase,
});
