import type { Heartbeat } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { Heartbeats, WorkersRepository } from '../workers/index.ts';
import type { BundleOfServer } from './bundle.row.ts';

/** Whether the worker of a server has been heard of since its script was fetched, or since a later time. */
@Injectable()
export class FindProgress {
  constructor(
    private readonly workers: WorkersRepository,
    private readonly heartbeats: Heartbeats,
  ) {}

  async find(bundle: BundleOfServer, after: Date | null): Promise<string[]> {
    const worker = await this.workers.findOfServer(bundle.server_id);
    const since = after ?? bundle.downloaded_at ?? bundle.created_at;
    if (worker === null) return ['waiting'];
    const pending = this.heartbeats.latest(worker.id);
    const at = pending?.at ?? worker.last_heartbeat_at;
    const heartbeat: Heartbeat | null = pending?.heartbeat ?? worker.heartbeat;
    if (at === null || at < since || heartbeat === null) return ['waiting'];
    return ['healthy', ...heartbeat.health.problems.map(({ code, text }) => toLine(`${code}: ${text}`))];
  }
}

/** One line that a terminal takes as it is. */
const toLine = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 500);
