import { Injectable } from '@nestjs/common';
import type { Role, TokenView } from '@ironwheel/contracts';
import { Clock } from '../clock/clock.ts';
import { Database } from '../database/database.ts';
import { NotificationBus } from '../database/notification-bus.ts';
import { AppError } from '../errors/app-error.ts';
import { newId } from '../ids/new-id.ts';
import { credentialEndedChannel } from './credential-watch.ts';
import { createSecret, sha256 } from './secrets.ts';
import { TokensRepository, type TokenRecord } from './tokens.repository.ts';

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly expiresInS?: number;
}

/** Makes, lists and revokes tokens. Only the hash of a secret is kept; the secret is told once. */
@Injectable()
export class TokenService {
  readonly #tokens: TokensRepository;
  readonly #clock: Clock;
  readonly #notifications: NotificationBus;
  readonly #database: Database;

  constructor(tokens: TokensRepository, clock: Clock, notifications: NotificationBus, database: Database) {
    this.#tokens = tokens;
    this.#clock = clock;
    this.#notifications = notifications;
    this.#database = database;
  }

  async create(request: NewToken): Promise<TokenView & { token: string }> {
    const secret = createSecret('iw_');
    const now = this.#clock.now();
    const record = await this.#tokens.insert({
      id: newId('token'),
      name: request.name,
      role: request.role,
      hash: sha256(secret),
      at: now,
      expiresAt:
        request.expiresInS === undefined ? null : new Date(now.getTime() + request.expiresInS * 1000),
    });
    return { ...toTokenView(record), token: secret };
  }

  /** The live token of a secret; used by enrolment, where the token travels in the body. */
  async findBySecret(secret: string): Promise<TokenView | null> {
    const record = await this.#tokens.findLive(sha256(secret), this.#clock.now());
    return record === null ? null : toTokenView(record);
  }

  async list(limit: number, offset: number): Promise<{ items: TokenView[]; total: number }> {
    const { items, total } = await this.#tokens.list(limit, offset);
    return { items: items.map(toTokenView), total };
  }

  /** Also ends the streams that were opened by it. Throws TOKEN_NOT_FOUND. */
  async revoke(id: string): Promise<void> {
    if (!(await this.#tokens.revoke(id, this.#clock.now()))) {
      throw new AppError('TOKEN_NOT_FOUND', `There is no token ${id}.`);
    }
    await this.#notifications.notify(this.#database, credentialEndedChannel, id);
  }
}

function toTokenView(record: TokenRecord): TokenView {
  return {
    token_id: record.id,
    name: record.name,
    role: record.role,
    created_at: record.created_at.toISOString(),
    expires_at: record.expires_at?.toISOString() ?? null,
    revoked_at: record.revoked_at?.toISOString() ?? null,
    last_used_at: record.last_used_at?.toISOString() ?? null,
  };
}
