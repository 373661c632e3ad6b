import { Injectable } from '@nestjs/common';
import type { auditEntrySchema } from '@ironwheel/contracts';
import { findCorrelationId } from '@ironwheel/logging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import type { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import { Clock } from '../clock/clock.ts';
import { toStorableText } from '../database/storable-text.ts';
import { newId } from '../ids/new-id.ts';
import { AuditRepository, type AuditFilter } from './audit.repository.ts';

export interface AuditRecord {
  readonly actor: Actor;
  /** Method and route template, or a verb of the feature such as `worker.revoke`. */
  readonly action: string;
  /** Id or name of what was acted on. */
  readonly subject: string | null;
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** By default that of the running request. */
  readonly correlationId?: string;
}

/** Who did what, from where and why. Entries are never changed. */
@Injectable()
export class AuditService {
  readonly #entries: AuditRepository;
  readonly #clock: Clock;

  constructor(entries: AuditRepository, clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  /** Writes an entry, inside `tx` when one is given, so that the entry and the deed stand or fall together. */
  async record(tx: SqlExecutor | null, record: AuditRecord): Promise<void> {
    await this.#entries.insert(tx, {
      id: newId('audit'),
      at: this.#clock.now(),
      actor:
        record.actor.name === record.actor.id ? record.actor.id : `${record.actor.name} (${record.actor.id})`,
      role: record.actor.role,
      remote_addr: record.actor.remoteAddr,
      action: record.action,
      subject: record.subject === null ? null : toStorableText(record.subject.slice(0, 200)),
      // The deed is done: what people wrote about it must not keep it out of the trail.
      reason: record.reason === undefined ? null : toStorableText(record.reason),
      detail: record.detail ?? {},
      correlation_id: record.correlationId ?? findCorrelationId() ?? 'none',
    });
  }

  async list(filter: AuditFilter): Promise<{ items: z.output<typeof auditEntrySchema>[]; total: number }> {
    const { rows, total } = await this.#entries.list(filter);
    return {
      items: rows.map(({ id, at, ...rest }) => ({ audit_id: id, at: at.toISOString(), ...rest })),
      total,
    };
  }
}
