import type { policyStates } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

/** A row of `policies`, without its document. */
export interface PolicyVersionRow {
  readonly version: number;
  readonly sha256: string;
  readonly author: string;
  readonly reason: string;
  readonly base_version: number | null;
  readonly state: (typeof policyStates)[number];
  readonly created_at: Date;
  readonly activated_at: Date | null;
}
export type PolicyRow = PolicyVersionRow & { readonly document: Record<string, unknown> };

const listed = 'version, sha256, author, reason, base_version, state, created_at, activated_at';

/** All SQL on `policies`. A version is never changed but for its state. */
@Injectable()
export class PoliciesRepository {
  constructor(private readonly database: Database) {}

  /** Puts version 1 in force where there is none. */
  async ensureFirst(
    tx: SqlExecutor,
    first: {
      readonly document: unknown;
      readonly sha256: string;
      readonly author: string;
      readonly reason: string;
    },
  ): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('ironwheel.policies'))`);
    await tx.query(
      `INSERT INTO policies (version, document, sha256, author, reason, state, activated_at)
       SELECT 1, $1::jsonb, $2, $3, $4, 'active', now() WHERE NOT EXISTS (SELECT 1 FROM policies)`,
      [JSON.stringify(first.document), first.sha256, first.author, first.reason],
    );
  }

  async findActive(): Promise<PolicyRow | null> {
    const [row] = await this.database.query<PolicyRow>(`SELECT * FROM policies WHERE state = 'active'`);
    return row ?? null;
  }

  async find(version: number): Promise<PolicyRow | null> {
    const [row] = await this.database.query<PolicyRow>('SELECT * FROM policies WHERE version = $1', [
      version,
    ]);
    return row ?? null;
  }

  /** Newest first. */
  async list(limit: number, offset: number): Promise<{ rows: PolicyVersionRow[]; total: number }> {
    const rows = await this.database.query<PolicyVersionRow>(
      `SELECT ${listed} FROM policies ORDER BY version DESC LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
    const [count] = await this.database.query<{ total: number }>('SELECT count(*) AS total FROM policies');
    return { rows, total: count?.total ?? 0 };
  }
}
