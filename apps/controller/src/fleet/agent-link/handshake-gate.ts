import { AppError } from '../../platform/index.ts';

export interface GateBounds {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly handshakesPerS: number;
}

/** No agent is sent away for longer, in seconds. */
const longestRetryS = 60;

/**
 * Who may begin a handshake: a bucket of handshakes that fills up each second, and caps of what is open. Who is sent away
 * is told to come back spread over the time that those before it will need, so that a fleet comes back in order.
 */
export class HandshakeGate {
  readonly #bounds: GateBounds;
  readonly #byAddress = new Map<string, number>();
  #open = 0;
  #tokens: number;
  /** How many were sent away and are still to come, as far as can be told. */
  #awaited = 0;
  #filledAtMs = 0;

  constructor(bounds: GateBounds) {
    this.#bounds = bounds;
    this.#tokens = bounds.handshakesPerS;
  }

  /** Throws RATE_LIMITED or SERVICE_UNAVAILABLE; otherwise `leave` must be called once when the connection has ended. */
  enter(address: string, nowMs: number, random: number): void {
    this.#fill(nowMs);
    const { connections, connectionsPerAddress } = this.#bounds;
    if ((this.#byAddress.get(address) ?? 0) >= connectionsPerAddress) {
      throw new AppError('RATE_LIMITED', 'Too many agents are connected from this address.', {
        retryAfterS: longestRetryS,
      });
    }
    if (this.#open >= connections)
      throw this.#tooMany('This controller holds as many agents as it may.', longestRetryS);
    if (this.#tokens < 1)
      throw this.#tooMany('Too many agents come at once; come back later.', this.#spread(random));
    this.#tokens -= 1;
    this.#open += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  leave(address: string): void {
    this.#open -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  get open(): number {
    return this.#open;
  }

  #spread(random: number): number {
    this.#awaited += 1;
    return 1 + Math.floor(random * Math.min(longestRetryS, this.#awaited / this.#bounds.handshakesPerS + 1));
  }

  #tooMany(detail: string, retryAfterS: number): AppError {
    return new AppError('SERVICE_UNAVAILABLE', detail, { retryAfterS });
  }

  #fill(nowMs: number): void {
    const { handshakesPerS } = this.#bounds;
    const gained = (Math.max(0, nowMs - this.#filledAtMs) / 1000) * handshakesPerS;
    this.#filledAtMs = nowMs;
    this.#tokens = Math.min(handshakesPerS, this.#tokens + gained);
    this.#awaited = Math.max(0, this.#awaited - gained);
  }
}
