// 1 GB of build logs: sealed, indexed, searched.  npm run bench:logs -- [--megabytes 1000] [--queries 40]
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { BenchStage, token } from '../fleet/bench-stage.ts';
import { readRssMib } from '../fleet/process-figures.ts';
import { measureSearch } from './measure-search.ts';
import { writeBuildLog } from './write-build-log.ts';

const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '1000' }, queries: { type: 'string', default: '40' } },
});
const wantedBytes = Number(values.megabytes) * 1e6;
const queriesPerKind = Number(values.queries);
const chunkBytes = 60_000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Writes attempts that have ended, with their logs in chunks, until there are enough. Returns a sample of the texts. */
async function fill(database: pg.Pool): Promise<{ bytes: number; logs: number; samples: string[] }> {
  await database.query(
    `INSERT INTO workers (id, name, public_key, hostname, version) VALUES ('wrk_1', 'w', 'k', 'h', '1')`,
  );
  let [bytes, logs] = [0, 0];
  const samples: string[] = [];
  for (; bytes < wantedBytes; logs += 1) {
    const { name, version, text } = writeBuildLog(logs + 1);
    if (logs % 10 === 0) samples.push(text.slice(0, 20_000));
    const chunks: { offset: number; line: number; text: string }[] = [];
    let line = 1;
    for (let offset = 0; offset < text.length; offset += chunkBytes) {
      const part = text.slice(offset, offset + chunkBytes);
      chunks.push({ offset, line, text: part });
      line += part.split('\n').length - 1;
    }
    const ended = new Date(Date.UTC(2026, 0, 1) + logs * 60_000);
    await database.query(
      `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state)
       VALUES ($1, $2, $3, 'cp312', 'linux_s390x', $4, 'failed')`,
      [`job_${logs}`, name, version, logs + 1],
    );
    await database.query(
      `INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state, claimed_at, finished_at, log_bytes, log_closed_at)
       VALUES ($1, $2, 1, 'wrk_1', $1, $3, 'failed', $4, $4, $5, $4)`,
      [`att_${logs}`, `job_${logs}`, logs + 1, ended, text.length],
    );
    await database.query(
      `INSERT INTO log_chunks (attempt_id, seq, byte_offset, bytes, first_line, text, at)
       SELECT $1, number - 1, byte_offset, octet_length(text), first_line, text, $5
       FROM unnest($2::bigint[], $3::int[], $4::text[]) WITH ORDINALITY AS chunk (byte_offset, first_line, text, number)`,
      [
        `att_${logs}`,
        chunks.map((chunk) => chunk.offset),
        chunks.map((chunk) => chunk.line),
        chunks.map((chunk) => chunk.text),
        ended,
      ],
    );
    bytes += text.length;
  }
  return { bytes, logs, samples };
}

/** Waits until the controller has sealed and indexed all that it will. */
async function untilSealed(database: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ done: boolean }>(
      `SELECT NOT EXISTS (SELECT 1 FROM log_chunks)
         AND (SELECT coalesce(sum(bytes), 0) FROM log_blocks WHERE segment_id IS NULL) < 16777216 AS done`,
    );
    if (rows[0]?.done === true) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const stage = await BenchStage.open();
try {
  const { pool: database } = stage;
  database.on('error', () => undefined);
  // Makes the tables.
  await stage.startController({});
  await stage.stopController('SIGTERM');
  const begin = performance.now();
  const { bytes, logs, samples } = await fill(database);
  say(
    `written    ${logs} logs, ${(bytes / 1e6).toFixed(0)} MB in ${((performance.now() - begin) / 1000).toFixed(0)} s`,
  );
  await stage.startController({ LOG_SEAL_AFTER_S: '0' });
  await untilSealed(database);
  const {
    rows: [times],
  } = await database.query<{ seal_s: number; index_s: number }>(
    `SELECT extract(epoch FROM max(sealed_at) - min(sealed_at))::float8 AS seal_s,
       extract(epoch FROM (SELECT max(created_at) FROM log_segments) - max(sealed_at))::float8 AS index_s FROM sealed_logs`,
  );
  const [sealS, indexS] = [times?.seal_s ?? 0, times?.index_s ?? 0];
  // So that nothing is in its memory.
  await stage.stopController('SIGTERM');
  // A slow answer is to be measured, not cut off.
  await stage.startController({ LOG_SEARCH_TIMEOUT_MS: '30000' });
  const {
    rows: [size],
  } = await database.query<Record<string, number>>(
    `SELECT (SELECT sum(octet_length(data)) FROM log_blocks)::float8 AS data, (SELECT count(*) FROM log_blocks)::int AS blocks,
       (SELECT sum(octet_length(data)) FROM log_segments)::float8 AS index, (SELECT count(*) FROM log_segments)::int AS segments,
       (SELECT count(*) FROM log_blocks WHERE segment_id IS NULL)::int AS loose,
       pg_total_relation_size('log_blocks')::float8 AS blocks_on_disk, pg_total_relation_size('log_segments')::float8 AS index_on_disk`,
  );
  const mb = (value: number | undefined): string => ((value ?? 0) / 1e6).toFixed(1);
  say(
    `sealed     ${(bytes / 1e6 / sealS).toFixed(1)} MB/s; indexed ${(bytes / 1e6 / indexS).toFixed(1)} MB/s`,
  );
  say(
    `compressed ${mb(size?.['data'])} MB in ${size?.['blocks']} blocks: ${(bytes / (size?.['data'] ?? 1)).toFixed(1)} to 1 (${mb(size?.['blocks_on_disk'])} MB on disk)`,
  );
  say(
    `index      ${mb(size?.['index'])} MB in ${size?.['segments']} segments: ${((100 * (size?.['index'] ?? 0)) / bytes).toFixed(1)} % of the logs (${mb(size?.['index_on_disk'])} MB on disk); ${size?.['loose']} blocks not indexed yet`,
  );

  const ask = async (
    q: string,
    limit: number,
  ): Promise<{ ms: number; hits: number; incomplete: boolean }> => {
    const start = performance.now();
    const answer = await stage.call(
      `${stage.url(false)}/api/logs/search?q=${encodeURIComponent(q)}&limit=${limit}`,
      {
        headers: { authorization: `Bearer ${token}` },
      },
    );
    if (!answer.ok) throw new Error(await answer.text());
    const body = (await answer.json()) as { items: unknown[]; incomplete: boolean };
    return { ms: performance.now() - start, hits: body.items.length, incomplete: body.incomplete };
  };
  const cold = await ask('qzxnothing', 50);
  say(`first      ${cold.ms.toFixed(0)} ms: an absent word, all indexes are read into memory`);
  await measureSearch(samples, queriesPerKind, ask, say);
  const pid = stage.controller?.pid;
  if (pid !== undefined) say(`memory     ${readRssMib(pid).toFixed(0)} MiB of the controller`);
} finally {
  await stage.close();
}
