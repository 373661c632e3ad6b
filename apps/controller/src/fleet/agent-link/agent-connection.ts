import { agentCloseCodes, type ControllerMessage } from '@ironwheel/contracts';
import { WebSocket } from 'ws';

/** Messages that may come at once, and each second after that. */
const burst = 60;
const perSecond = 20;
/** An agent that does not read what it is sent is cut off, in bytes. */
const maxUnreadBytes = 1024 * 1024;
/** A close reason has room for 123 bytes (RFC 6455, 5.5). */
const maxReasonBytes = 120;

/**
 *   greeting ──► linked ──► closing
 *       └─────────────────────┘
 *
 * `greeting`: the handshake is through and the hello is awaited or being looked at. `closing`: nothing is read any more.
 */
export type ConnectionState = 'greeting' | 'linked' | 'closing';

/** One socket of an agent. Its timers are the registry's: ten thousand of these have none of their own. */
export class AgentConnection {
  state: ConnectionState = 'greeting';
  serverId = '';
  epoch = 0;
  bootId: string | null = null;
  hasSaidHello = false;
  lastHeardMs: number;
  /** Set while it must show that somebody is still there. */
  #probe: { readonly n: number; readonly untilMs: number; readonly answer: (alive: boolean) => void } | null =
    null;
  #tokens = burst;
  #filledMs: number;
  #pings = 0;

  constructor(
    readonly agentId: string,
    readonly remoteAddr: string,
    readonly socket: WebSocket,
    readonly openedMs: number,
  ) {
    this.lastHeardMs = openedMs;
    this.#filledMs = openedMs;
  }

  /** Notes that something came; false when too much comes. */
  hear(nowMs: number): boolean {
    this.lastHeardMs = nowMs;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledMs) / 1000) * perSecond) - 1;
    this.#filledMs = nowMs;
    return this.#tokens >= 0;
  }

  /** False when the socket is not open, or its other end does not read. */
  send(message: ControllerMessage): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    if (this.socket.bufferedAmount > maxUnreadBytes) {
      this.socket.terminate();
      return false;
    }
    this.socket.send(JSON.stringify(message));
    return true;
  }

  ping(): void {
    this.#pings += 1;
    this.send({ type: 'controller:ping', n: this.#pings });
  }

  /** Whether the other end answers a ping within the time; the registry's sweep ends the wait. */
  isAnswering(nowMs: number, withinMs: number): Promise<boolean> {
    this.#probe?.answer(false);
    return new Promise((resolve) => {
      this.#pings += 1;
      this.#probe = { n: this.#pings, untilMs: nowMs + withinMs, answer: resolve };
      if (!this.send({ type: 'controller:ping', n: this.#pings })) this.endProbe(false);
    });
  }

  takePong(n: number): void {
    if (this.#probe?.n === n) this.endProbe(true);
  }

  isProbeOver(nowMs: number): boolean {
    return this.#probe !== null && nowMs >= this.#probe.untilMs;
  }

  endProbe(alive: boolean): void {
    const probe = this.#probe;
    this.#probe = null;
    probe?.answer(alive);
  }

  /** Says why in a message, since the reason of a close frame is short, and closes. */
  close(code: number, reason: string, retryAfterS: number | null = null): void {
    if (this.state === 'closing') return;
    this.state = 'closing';
    this.endProbe(false);
    this.send({ type: 'controller:close', code, reason, retry_after_s: retryAfterS });
    this.socket.close(
      code,
      Buffer.from(reason)
        .subarray(0, maxReasonBytes)
        .toString('utf8')
        .replace(/\uFFFD$/, ''),
    );
  }

  closeMalformed(why: string): void {
    this.close(agentCloseCodes.malformed, `A frame was no message of this protocol: ${why}`.slice(0, 300));
  }
}
