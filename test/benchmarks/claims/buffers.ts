import type { BareClaims } from './bare-claims.ts';
import type { ClaimsStage } from './claims-stage.ts';

export interface BufferFigures {
  readonly waiting: number;
  /** Pages touched for each claim, of tables and of indexes, by those that are made one by one. */
  readonly single: number;
  /** The same of claims that are made 64 at a time. */
  readonly gathered: number;
}

const batch = 64;
const claims = 320;

/** Counts what Postgres itself counts: every page of every table and index, foreign keys included. */
export async function measureBuffers(
  stage: ClaimsStage,
  bare: BareClaims,
  waiting: number,
): Promise<BufferFigures> {
  await stage.fill(waiting);
  const single = await countPages(stage, async () => {
    for (let index = 0; index < claims; index += 1) await bare.claim(1, index);
  });
  await stage.fill(waiting);
  const gathered = await countPages(stage, async () => {
    for (let index = 0; index < claims; index += batch) await bare.claim(batch);
  });
  return { waiting, single: single / claims, gathered: gathered / claims };
}

async function countPages(stage: ClaimsStage, work: () => Promise<void>): Promise<number> {
  const before = await readPages(stage);
  await work();
  return (await readPages(stage)) - before;
}

/** Every connection tells what it counted only after a moment, unless it is asked to. */
async function readPages(stage: ClaimsStage): Promise<number> {
  const clients = await Promise.all(Array.from({ length: 10 }, () => stage.pool.connect()));
  for (const client of clients) await client.query('SELECT pg_stat_force_next_flush()');
  for (const client of clients) client.release();
  const [row] = await stage.query<{ pages: number }>(
    `SELECT sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0) + coalesce(idx_blks_hit, 0) + coalesce(idx_blks_read, 0)
       + coalesce(toast_blks_hit, 0) + coalesce(toast_blks_read, 0))::float8 AS pages FROM pg_statio_user_tables`,
  );
  return row?.pages ?? 0;
}
