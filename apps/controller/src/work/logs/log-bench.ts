import { randomUUID } from 'node:crypto';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import type { INestApplication } from '@nestjs/common';
import { AttemptTokenService, newId } from '../../platform/index.ts';
import { LogsModule } from './logs.module.ts';
import { logsSection } from './logs.section.ts';

/** The fields of the wire that the tests of logs look at. */
export interface LogWireBody {
  readonly error: string;
  readonly next_seq: number;
  readonly next_offset: number;
  readonly closed: boolean;
  readonly attempt_id: string | null;
  readonly content: string;
  readonly size: number;
  readonly truncated: boolean;
  readonly dropped_bytes: number;
  readonly incomplete: boolean;
  readonly items: readonly {
    readonly attempt_id: string | null;
    readonly line_no: number;
    readonly text: string;
  }[];
}
export interface LogAnswer {
  readonly status: number;
  readonly body: LogWireBody;
}
export interface SseBlock {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly comment?: string;
}

/** Limit of a log on the bench, in bytes. */
export const benchMaxBytes = 4096;

/** How the controller of the bench is started: with the logs only, and small limits. */
export const benchOptions = {
  features: [{ module: LogsModule, sections: [logsSection] }],
  env: { LOG_STORE_MAX_BYTES: String(benchMaxBytes), LOG_STREAM_HEARTBEAT_S: '1', LOG_STREAM_MAX: '3' },
};

interface BenchController {
  readonly url: string;
  readonly adminToken: string;
  readonly app: INestApplication;
  readonly database: SqlExecutor;
  close(): Promise<void>;
}

/** What a worker and a reader of logs do with a controller. For the tests of this folder. */
export class LogBench {
  #fencing = 100;

  private constructor(readonly controller: BenchController) {}

  static async open(controller: BenchController): Promise<LogBench> {
    await controller.database.query(
      `INSERT INTO workers (id, name, public_key, hostname, version) VALUES ('wrk_1', 'w', 'k', 'h', '1')`,
    );
    return new LogBench(controller);
  }

  close(): Promise<void> {
    return this.controller.close();
  }

  fetch(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return fetch(this.controller.url + path, {
      method,
      headers: { authorization: `Bearer ${this.controller.adminToken}`, ...headers },
    });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    token = this.controller.adminToken,
  ): Promise<LogAnswer> {
    const answer = await fetch(this.controller.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as LogWireBody };
  }

  async startAttempt(name = `p${randomUUID().slice(0, 8)}`): Promise<BenchAttempt> {
    const job = newId('job');
    const attempt = new BenchAttempt(this, name, (this.#fencing += 1));
    await this.controller.database.query(
      `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state)
       VALUES ($1, $2, '1.0', 'cp312', 'linux_s390x', 1, 'running')`,
      [job, name],
    );
    await this.controller.database.query(
      `INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state)
       VALUES ($1, $2, 1, 'wrk_1', $1, $3, 'running')`,
      [attempt.id, job, attempt.fencing],
    );
    return attempt;
  }

  async follow(path: string, headers: Record<string, string> = {}): Promise<SseReader> {
    const answer = await this.fetch(path, headers);
    const type = answer.headers.get('content-type') ?? '';
    if (!type.startsWith('text/event-stream')) throw new Error(`no stream: ${await answer.text()}`);
    return new SseReader(answer);
  }
}

/** A running attempt, as its worker sees it. */
export class BenchAttempt {
  readonly id = newId('attempt');
  #seq = 0;
  #offset = 0;

  constructor(
    private readonly bench: LogBench,
    readonly name: string,
    readonly fencing: number,
  ) {}

  get token(): string {
    return this.bench.controller.app.get(AttemptTokenService).issue(this.id, this.fencing);
  }
  get path(): string {
    return `/api/attempts/${this.id}/log-chunks`;
  }
  get streamPath(): string {
    return `/api/logs/stream/${this.name}/1.0`;
  }

  send(body: Record<string, unknown>): Promise<LogAnswer> {
    return this.bench.call('POST', this.path, { fencing: this.fencing, ...body }, this.token);
  }

  /** Sends the next chunk. */
  async write(text: string, more: Record<string, unknown> = {}): Promise<LogAnswer> {
    const answer = await this.send({ chunks: [{ seq: this.#seq, offset: this.#offset, text }], ...more });
    if (answer.status === 200) {
      this.#seq = answer.body.next_seq;
      this.#offset = answer.body.next_offset;
    }
    return answer;
  }

  end(state: string, secondsAgo = 0): Promise<unknown> {
    return this.bench.controller.database.query(
      `UPDATE attempts SET state = $2, finished_at = now() - make_interval(secs => $3), lease_expires_at = NULL
       WHERE id = $1`,
      [this.id, state, secondsAgo],
    );
  }

  async read(query = ''): Promise<LogWireBody> {
    return (await this.bench.call('GET', `/api/logs/${this.name}/1.0${query}`)).body;
  }

  async row(): Promise<Record<string, unknown>> {
    const [row] = await this.bench.controller.database.query<Record<string, unknown>>(
      'SELECT * FROM attempts WHERE id = $1',
      [this.id],
    );
    return row ?? {};
  }
}

/** Reads server-sent events block by block; passes over `retry`. */
export class SseReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = '';

  constructor(answer: Response) {
    if (answer.body === null) throw new Error('the answer has no body');
    this.#reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next block; null at the end. */
  async next(): Promise<SseBlock | null> {
    for (;;) {
      const end = this.#rest.indexOf('\n\n');
      if (end !== -1) {
        const lines = this.#rest.slice(0, end).split('\n');
        this.#rest = this.#rest.slice(end + 2);
        if (lines[0]?.startsWith('retry:') === true) continue;
        return Object.fromEntries(
          lines.map((line) => {
            const colon = line.indexOf(':');
            return [colon === 0 ? 'comment' : line.slice(0, colon), line.slice(colon + 1).trim()];
          }),
        );
      }
      const part = await this.#reader.read();
      if (part.done) return null;
      this.#rest += part.value;
    }
  }

  /** The next block that is no comment, with its data read. */
  async message(): Promise<{ readonly block: SseBlock; readonly data: Record<string, unknown> }> {
    for (;;) {
      const block = await this.next();
      if (block === null) throw new Error('the stream ended');
      if (block.data !== undefined) return { block, data: JSON.parse(block.data) as Record<string, unknown> };
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
