import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { Role } from '@ironwheel/contracts';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Clock } from '../clock/clock.ts';
import { authSection } from '../config/platform-sections.ts';
import { Database } from '../database/database.ts';

export const sessionCookie = 'iw_session';

export interface Session {
  readonly tokenId: string;
  readonly name: string;
  readonly role: Role;
}

const separator = '.';

/**
 * Sessions of browsers: the cookie carries token id, name, role and end, signed with a key from `secrets`. It holds no
 * token; every use looks up whether the token behind it still lives.
 */
@Injectable()
export class Sessions implements OnModuleInit {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly lifetimeS: number;
  #key: Buffer | null = null;

  constructor(database: Database, clock: Clock, config: LoadedConfig) {
    this.#database = database;
    this.#clock = clock;
    this.lifetimeS = config.get(authSection).SESSION_LIFETIME_S;
  }

  async onModuleInit(): Promise<void> {
    await this.#database.query(
      'INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
      ['session-key', randomBytes(32)],
    );
    const [row] = await this.#database.query<{ value: Buffer }>('SELECT value FROM secrets WHERE name = $1', [
      'session-key',
    ]);
    this.#key = row?.value ?? null;
  }

  /** `binding` ties the session to the secret it was opened with, so that a changed bootstrap token ends it. */
  issue(session: Session, binding: string): string {
    const end = Math.floor(this.#clock.now().getTime() / 1000) + this.lifetimeS;
    const payload = Buffer.from(JSON.stringify({ ...session, end })).toString('base64url');
    return payload + separator + this.#sign(payload, binding).toString('base64url');
  }

  /** The session of a cookie that is ours and has not ended. */
  verify(cookie: string, bindingOf: (session: Session) => string): Session | null {
    const [payload, signature, ...rest] = cookie.split(separator);
    if (payload === undefined || signature === undefined || rest.length > 0) return null;
    const session = parseSession(payload);
    if (session === null || session.end * 1000 <= this.#clock.now().getTime()) return null;
    const expected = this.#sign(payload, bindingOf(session));
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return session;
  }

  #sign(payload: string, binding: string): Buffer {
    if (this.#key === null) throw new Error('sessions are not ready: the module was not initialised');
    return createHmac('sha256', this.#key).update(`${payload}\n${binding}`).digest();
  }
}

function parseSession(payload: string): (Session & { end: number }) | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && 'end' in value && typeof value.end === 'number'
      ? (value as Session & { end: number })
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
