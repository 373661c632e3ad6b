import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.ts';
import { NotificationBus } from '../database/notification-bus.ts';
import type { Actor } from './actor.ts';
import { Authenticator } from './authenticator.ts';
import { findCookie } from './read-credential.ts';
import { sha256 } from './secrets.ts';
import { sessionCookie } from './sessions.ts';

/** A credential ended; the payload is the `findSessionKey` of a browser that signed out, or the id of a revoked token. */
export const credentialEndedChannel = 'credential_ended';

/** A name for the session of a request that tells nothing of its cookie; null without one. */
export function findSessionKey(request: FastifyRequest): string | null {
  const cookie = findCookie(request.headers.cookie, sessionCookie);
  return cookie === undefined || request.headers.authorization !== undefined
    ? null
    : sha256(cookie).toString('hex');
}

const lookEveryMs = 1_000;
const checkEveryMs = 15_000;

interface Watched {
  readonly request: FastifyRequest;
  readonly actor: Actor;
  readonly sessionKey: string | null;
  readonly ended: AbortController;
  dueMs: number;
}

/**
 * A stream goes on long after its credential was checked. It ends with it: at once when a token is revoked or a browser signs out, on
 * whichever controller, and 15 s later where nobody said so.
 */
@Injectable()
export class CredentialWatch implements OnModuleInit {
  readonly #watched = new Set<Watched>();
  readonly #logger: StructuredLogger;
  #timer: NodeJS.Timeout | null = null;
  #isChecking = false;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly notifications: NotificationBus,
    private readonly clock: Clock,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'credentials' });
  }

  async onModuleInit(): Promise<void> {
    await this.notifications.listen(credentialEndedChannel, (name) => {
      for (const watched of this.#watched) {
        // Without a name: what was said for a while was not heard.
        if (name === '') watched.dueMs = 0;
        else if (name === watched.actor.id || name === watched.sessionKey) watched.ended.abort();
      }
    });
  }

  /** Aborts when the credential that `request` was let in by is over. Watches until `gone` aborts. */
  watch(request: FastifyRequest, actor: Actor, gone: AbortSignal): AbortSignal {
    const ended = new AbortController();
    if (actor.kind === 'anonymous' || gone.aborted) return ended.signal;
    // Due at once: it may have ended since it was checked.
    const watched: Watched = { request, actor, sessionKey: findSessionKey(request), ended, dueMs: 0 };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => void this.#look(), lookEveryMs).unref();
    gone.addEventListener('abort', () => this.#forget(watched), { once: true });
    return ended.signal;
  }

  #forget(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    const nowMs = this.clock.now().getTime();
    for (const watched of [...this.#watched]) {
      if (watched.dueMs > nowMs || watched.ended.signal.aborted) continue;
      watched.dueMs = nowMs + checkEveryMs;
      try {
        if (!(await this.#isStill(watched))) watched.ended.abort();
      } catch (error) {
        this.#logger.debug('whether a reader may still read could not be asked', { error });
      }
    }
    this.#isChecking = false;
  }

  async #isStill({ request, actor }: Watched): Promise<boolean> {
    const now = await this.authenticator.authenticate(request, false);
    return now !== null && now !== 'refused' && now.id === actor.id;
  }
}
