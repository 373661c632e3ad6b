import type { Heartbeat, WorkerView } from '@ironwheel/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AppError,
  Clock,
  WorkerKeys,
  type WorkerKey,
  type WorkerKeyDirectory,
} from '../../platform/index.ts';
import { Heartbeats } from './heartbeats.ts';
import type { DesiredState, WorkerRow } from './worker.row.ts';
import { toWorkerView } from './worker.view.ts';
import { WorkersRepository } from './workers.repository.ts';

@Injectable()
export class WorkersService implements WorkerKeyDirectory, OnModuleInit {
  constructor(
    private readonly workers: WorkersRepository,
    private readonly heartbeats: Heartbeats,
    private readonly keys: WorkerKeys,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.keys.bind(this);
  }

  async findKey(workerId: string): Promise<WorkerKey | null> {
    const row = await this.workers.find(workerId);
    return (
      row && {
        workerId: row.id,
        name: row.name,
        publicKey: row.public_key,
        isRevoked: row.revoked_at !== null,
      }
    );
  }

  /** The record of a worker that may work. Throws WORKER_NOT_FOUND or WORKER_REVOKED. */
  async get(workerId: string): Promise<WorkerRow> {
    const row = await this.workers.find(workerId);
    if (row === null) throw new AppError('WORKER_NOT_FOUND', `There is no worker ${workerId}.`);
    if (row.revoked_at !== null)
      throw new AppError('WORKER_REVOKED', `The worker ${row.name} was revoked; enrol it anew.`);
    return row;
  }

  /** What the scheduler wants of a worker; it changes claims only. */
  async desiredState(workerId: string): Promise<DesiredState> {
    return (await this.get(workerId)).desired_state;
  }

  async heartbeat(
    workerId: string,
    heartbeat: Heartbeat,
  ): Promise<{ heartbeat_interval_s: number; desired_state: DesiredState }> {
    const { desired_state } = await this.get(workerId);
    this.heartbeats.receive(workerId, heartbeat);
    return { heartbeat_interval_s: this.heartbeats.intervalS, desired_state };
  }

  async list(limit: number, offset: number): Promise<{ items: WorkerView[]; total: number }> {
    const { rows, total } = await this.workers.list(limit, offset);
    return { items: rows.map((row) => this.#view(row)), total };
  }

  async view(workerId: string): Promise<WorkerView> {
    const row = await this.workers.find(workerId);
    if (row === null) throw new AppError('WORKER_NOT_FOUND', `There is no worker ${workerId}.`);
    return this.#view(row);
  }

  /** Cuts a worker off at once: its key is looked up with every request. */
  async revoke(workerId: string): Promise<WorkerView> {
    if (!(await this.workers.revoke(workerId, this.clock.now()))) {
      throw new AppError('WORKER_NOT_FOUND', `There is no worker ${workerId}.`);
    }
    return this.view(workerId);
  }

  #view(row: WorkerRow): WorkerView {
    const latest = this.heartbeats.latest(row.id);
    const current =
      latest === undefined ? row : { ...row, last_heartbeat_at: latest.at, heartbeat: latest.heartbeat };
    return toWorkerView(current, this.clock.now(), this.heartbeats.intervalS);
  }
}
