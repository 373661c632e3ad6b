import { Injectable } from '@nestjs/common';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Database } from '../database/database.ts';

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly role: string;
  readonly remote_addr: string;
  readonly action: string;
  readonly subject: string | null;
  readonly reason: string | null;
  readonly detail: Record<string, unknown>;
  readonly correlation_id: string;
}

export interface AuditFilter {
  readonly action: string | undefined;
  readonly subject: string | undefined;
  /** Part of it, in either case. */
  readonly actor: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

@Injectable()
export class AuditRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert(tx: SqlExecutor | null, row: AuditRow): Promise<void> {
    await (tx ?? this.#database).query(
      `INSERT INTO audit_entries (id, at, actor, role, remote_addr, action, subject, reason, detail, correlation_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        row.id,
        row.at,
        row.actor,
        row.role,
        row.remote_addr,
        row.action,
        row.subject,
        row.reason,
        JSON.stringify(row.detail),
        row.correlation_id,
      ],
    );
  }

  async list(filter: AuditFilter): Promise<{ rows: AuditRow[]; total: number }> {
    const where = `WHERE ($1::text IS NULL OR action = $1) AND ($2::text IS NULL OR subject = $2)
      AND ($3::text IS NULL OR position(lower($3) IN lower(actor)) > 0)`;
    const parameters = [filter.action ?? null, filter.subject ?? null, filter.actor ?? null];
    const rows = await this.#database.query<AuditRow>(
      `SELECT * FROM audit_entries ${where} ORDER BY at DESC, id DESC LIMIT $4 OFFSET $5`,
      [...parameters, filter.limit, filter.offset],
    );
    const [count] = await this.#database.query<{ total: number }>(
      `SELECT count(*) AS total FROM audit_entries ${where}`,
      parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }
}
