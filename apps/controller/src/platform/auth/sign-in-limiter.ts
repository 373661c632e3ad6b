import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.ts';
import { sha256 } from './secrets.ts';

const windowMs = 60_000;
const maxFailures = 20;
const knownGoodMs = 15 * 60_000;
const maxAddresses = 50_000;

interface Failures {
  count: number;
  readonly since: number;
}

/**
 * Counts failed credentials by address: after 20 within a minute, further credentials of that address are refused
 * unread until the minute is over. Guessing 256 bits is hopeless anyway; this keeps guessers cheap to serve and
 * visible. IPv6 addresses count by their /64.
 */
@Injectable()
export class SignInLimiter {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();
  readonly #good = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds that the address has to wait, 0 when it may try. */
  waitS(address: string): number {
    const entry = this.#failures.get(networkOf(address));
    if (entry === undefined || entry.count < maxFailures) return 0;
    const leftMs = entry.since + windowMs - this.#clock.now().getTime();
    return leftMs > 0 ? Math.ceil(leftMs / 1000) : 0;
  }

  /** A credential that was valid here a while ago is let through whatever others behind the same address do. */
  isKnownGood(secret: string): boolean {
    const until = this.#good.get(toKey(secret));
    return until !== undefined && until > this.#clock.now().getTime();
  }

  recordSuccess(secret: string): void {
    if (this.#good.size >= maxAddresses) this.#good.clear();
    this.#good.set(toKey(secret), this.#clock.now().getTime() + knownGoodMs);
  }

  recordFailure(address: string): void {
    const now = this.#clock.now().getTime();
    const key = networkOf(address);
    const entry = this.#failures.get(key);
    if (entry !== undefined && entry.since + windowMs > now) {
      entry.count += 1;
      return;
    }
    this.#failures.delete(key);
    if (this.#failures.size >= maxAddresses) {
      const oldest = this.#failures.keys().next().value;
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    this.#failures.set(key, { count: 1, since: now });
  }
}

const toKey = (secret: string): string => sha256(secret).toString('base64');

function networkOf(address: string): string {
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}
