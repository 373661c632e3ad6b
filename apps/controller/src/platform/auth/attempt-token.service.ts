import { Injectable, type OnModuleInit } from '@nestjs/common';
import { idPrefixes } from '@ironwheel/contracts';
import { createHmac, createSecretKey, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import { Database } from '../database/database.ts';

const prefix = 'iwa_';
const attemptPrefix = `${idPrefixes.attempt}_`;
const form = /^iwa_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/;

/**
 * Tokens of one attempt: `iwa_<uuid>.<fencing>.<HMAC-SHA256>`. They need no table: the key lives in `secrets`, shared
 * by all controllers of the database; whether the fencing still holds is for the feature's SQL to say.
 */
@Injectable()
export class AttemptTokenService implements OnModuleInit {
  readonly #database: Database;
  #key: KeyObject | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  async onModuleInit(): Promise<void> {
    await this.#database.query(
      'INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
      ['attempt-token-key', randomBytes(32)],
    );
    const [row] = await this.#database.query<{ value: Buffer }>('SELECT value FROM secrets WHERE name = $1', [
      'attempt-token-key',
    ]);
    if (row === undefined) throw new Error('the key of the attempt tokens is missing');
    // Prepared once: every claim signs with it.
    this.#key = createSecretKey(row.value);
  }

  /** `attemptId` in the form `att_<uuid>`. */
  issue(attemptId: string, fencing: number): string {
    const uuid = attemptId.slice(attemptPrefix.length);
    return `${prefix}${uuid}.${fencing}.${this.#sign(uuid, fencing).toString('base64url')}`;
  }

  /** The attempt and fencing that a token is good for, or null when it is not one of ours. */
  verify(token: string): { readonly attemptId: string; readonly fencing: number } | null {
    const [, uuid, fencingText, signature] = form.exec(token) ?? [];
    if (uuid === undefined || fencingText === undefined || signature === undefined) return null;
    const fencing = Number(fencingText);
    const expected = this.#sign(uuid, fencing);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return { attemptId: attemptPrefix + uuid, fencing };
  }

  #sign(uuid: string, fencing: number): Buffer {
    if (this.#key === null) throw new Error('attempt tokens are not ready: the module was not initialised');
    return createHmac('sha256', this.#key).update(`${uuid}.${fencing}`).digest();
  }
}
