import { Injectable } from '@nestjs/common';
import { StructuredLogger } from '@ironwheel/logging';
import { Clock } from '../clock/clock.ts';
import { Database } from '../database/database.ts';
import type { Actor } from './actor.ts';

/** A worker asks every few seconds; one note in this time is enough. */
const noteEveryMs = 60_000;

export interface MisplacedToken {
  readonly token_id: string;
  readonly name: string;
  readonly role: string;
  readonly remote_addr: string;
  readonly path: string;
  readonly last_at: Date;
}

/** Remembers which tokens of people were used in the place of a worker's, so that `doctor` can name them. */
@Injectable()
export class MisplacedTokens {
  readonly #notedAt = new Map<string, number>();
  readonly #logger: StructuredLogger;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'auth' });
  }

  note(actor: Actor, path: string): void {
    const now = this.clock.now().getTime();
    if (actor.kind !== 'token' || now - (this.#notedAt.get(actor.id) ?? 0) < noteEveryMs) return;
    this.#notedAt.set(actor.id, now);
    this.database
      .query(
        `INSERT INTO misplaced_tokens (token_id, name, role, remote_addr, path) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (token_id) DO UPDATE SET name = excluded.name, role = excluded.role,
           remote_addr = excluded.remote_addr, path = excluded.path, last_at = now()`,
        [actor.id, actor.name, actor.role, actor.remoteAddr, path],
      )
      .catch((error: unknown) => this.#logger.debug('a misplaced token could not be noted', { error }));
  }

  /** Those of the last `withinS` seconds, but for tokens that were revoked since. */
  list(withinS: number): Promise<MisplacedToken[]> {
    return this.database.query<MisplacedToken>(
      `SELECT m.* FROM misplaced_tokens AS m LEFT JOIN tokens AS t ON t.id = m.token_id
       WHERE m.last_at > now() - make_interval(secs => $1) AND t.revoked_at IS NULL ORDER BY m.last_at DESC LIMIT 20`,
      [withinS],
    );
  }
}
