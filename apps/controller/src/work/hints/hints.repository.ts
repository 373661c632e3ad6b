import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { Hint } from './hint.row.ts';

export type StoredHint = Omit<Hint, 'revision' | 'created_at' | 'updated_at' | 'created_by'> & {
  readonly created_by: string;
};

/** The tables `hints` and `hint_last_revisions`. */
@Injectable()
export class HintsRepository {
  constructor(private readonly database: Database) {}

  listAll(): Promise<Hint[]> {
    return this.database.query<Hint>('SELECT * FROM hints ORDER BY created_at, id');
  }

  async lock(tx: SqlExecutor, id: string): Promise<Hint | null> {
    const [row] = await tx.query<Hint>('SELECT * FROM hints WHERE id = $1 FOR UPDATE', [id]);
    return row ?? null;
  }

  /** Counts on from where the id was put back. Null: another was faster with the same id. */
  async insert(tx: SqlExecutor, hint: StoredHint): Promise<Hint | null> {
    const [row] = await tx.query<Hint>(
      `INSERT INTO hints (id, source, patterns, alongside, rule, answers, package, specifier, recipes, note, tests,
         enabled, expires_at, created_by, revision)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11::jsonb, $12, $13, $14,
         1 + coalesce((SELECT revision FROM hint_last_revisions WHERE hint_id = $1), 0))
       ON CONFLICT (id) DO NOTHING RETURNING *`,
      [...valuesOf(hint), hint.created_by],
    );
    return row ?? null;
  }

  async update(tx: SqlExecutor, hint: StoredHint): Promise<Hint> {
    const [row] = await tx.query<Hint>(
      `UPDATE hints SET source = $2, patterns = $3, alongside = $4, rule = $5, answers = $6, package = $7,
         specifier = $8, recipes = $9::jsonb, note = $10, tests = $11::jsonb, enabled = $12, expires_at = $13,
         revision = revision + 1, updated_at = now()
       WHERE id = $1 RETURNING *`,
      valuesOf(hint),
    );
    if (row === undefined) throw new Error(`the hint ${hint.id} has gone`);
    return row;
  }

  /** The id of an entry of the catalogue may come again: where its revisions ended is kept. */
  async remove(tx: SqlExecutor, id: string): Promise<void> {
    await tx.query(
      `WITH gone AS (DELETE FROM hints WHERE id = $1 RETURNING id, source, revision)
       INSERT INTO hint_last_revisions (hint_id, revision) SELECT id, revision FROM gone WHERE source = 'builtin'
       ON CONFLICT (hint_id) DO UPDATE SET revision = excluded.revision`,
      [id],
    );
  }
}

const valuesOf = (hint: StoredHint): unknown[] => [
  hint.id,
  hint.source,
  hint.patterns,
  hint.alongside,
  hint.rule,
  hint.answers,
  hint.package,
  hint.specifier,
  JSON.stringify(hint.recipes),
  hint.note,
  JSON.stringify(hint.tests),
  hint.enabled,
  hint.expires_at,
];
