import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '../../platform/index.ts';

const windowMs = 60_000;
/** Refused tries of one address within a minute; a guess at 128 bits is hopeless, this keeps it cheap and visible. */
const maxRefused = 10;
const maxAddresses = 10_000;

/** Counts refused enrolments and install links by address (IPv6 by its /64). */
@Injectable()
export class RefusalLimiter {
  readonly #refused = new Map<string, { count: number; readonly since: number }>();

  constructor(private readonly clock: Clock) {}

  /** Throws RATE_LIMITED. */
  check(address: string): void {
    const entry = this.#refused.get(networkOf(address));
    const leftMs = entry === undefined ? 0 : entry.since + windowMs - this.clock.now().getTime();
    if (entry === undefined || leftMs <= 0 || entry.count < maxRefused) return;
    throw new AppError(
      'RATE_LIMITED',
      'Too many refused enrolments or install links from this address; wait a minute and try again.',
      {
        retryAfterS: leftMs / 1000,
      },
    );
  }

  recordRefusal(address: string): void {
    const now = this.clock.now().getTime();
    const network = networkOf(address);
    const entry = this.#refused.get(network);
    if (entry !== undefined && now - entry.since < windowMs) {
      entry.count += 1;
      return;
    }
    this.#refused.delete(network);
    const [oldest] = this.#refused.keys();
    if (oldest !== undefined && this.#refused.size >= maxAddresses) this.#refused.delete(oldest);
    this.#refused.set(network, { count: 1, since: now });
  }
}

const networkOf = (address: string): string =>
  address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
