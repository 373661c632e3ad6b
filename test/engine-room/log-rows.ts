import {
  callController,
  type ReachedController,
  type TestClaim,
  type TestDatabase,
} from '@ironwheel/testing';

/** A log written by a worker, piece by piece as one comes in. */
export class WrittenLog {
  #seq = 0;
  #offset = 0;

  constructor(
    private readonly controller: Pick<ReachedController, 'url'>,
    private readonly claim: TestClaim,
  ) {}

  async write(text: string, isFinal = false): Promise<void> {
    const { attempt_id: id, attempt_token: token, fencing } = this.claim;
    const answer = await callController<{ next_seq: number; next_offset: number }>(
      this.controller,
      'POST',
      `/api/attempts/${id}/log-chunks`,
      token,
      {
        fencing,
        chunks: text === '' ? [] : [{ seq: this.#seq, offset: this.#offset, text }],
        final: isFinal,
      },
    );
    if (answer.status !== 200) throw new Error(`the log was refused: ${JSON.stringify(answer.body)}`);
    this.#seq = answer.body.next_seq;
    this.#offset = answer.body.next_offset;
  }
}

const lineBytes = 60;
const linesPerChunk = 2_500;

/** A log of so many lines at once, by a statement of its own: `line 0000001 …`, each of 60 bytes. */
export async function fillLog(
  { database }: { readonly database: Pick<TestDatabase, 'query'> },
  attemptId: string,
  chunks: number,
): Promise<void> {
  await database.query(
    `INSERT INTO log_chunks (attempt_id, seq, byte_offset, bytes, first_line, text)
     SELECT $1, chunk, chunk::bigint * ${linesPerChunk * lineBytes}, ${linesPerChunk * lineBytes}, chunk * ${linesPerChunk} + 1,
       (SELECT string_agg(rpad('line ' || lpad((chunk * ${linesPerChunk} + n)::text, 7, '0') || ' cc -O2 -c part.c', ${lineBytes - 1}, '.') || chr(10), '' ORDER BY n)
        FROM generate_series(1, ${linesPerChunk}) AS n)
     FROM generate_series(0, $2::int - 1) AS chunk`,
    [attemptId, chunks],
  );
  await database.query(
    `UPDATE attempts SET log_bytes = $2::bigint, log_line_breaks = $3::int, log_next_seq = $4::int, log_next_offset = $2::bigint,
       log_closed_at = now() WHERE id = $1`,
    [attemptId, chunks * linesPerChunk * lineBytes, chunks * linesPerChunk, chunks],
  );
}
