import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from './actor.ts';
import { BootstrapSecret } from './bootstrap-secret.ts';
import { findCookie, workerTokenCookie } from './read-credential.ts';
import { sessionCookie, type Session, Sessions } from './sessions.ts';

/** Gives a browser that signed in by Basic a session cookie, so that the token need not travel again. */
@Injectable()
export class SessionCookies {
  readonly #sessions: Sessions;
  readonly #bootstrap: BootstrapSecret;

  constructor(sessions: Sessions, bootstrap: BootstrapSecret) {
    this.#sessions = sessions;
    this.#bootstrap = bootstrap;
  }

  /** Only for browsers (they send `Sec-Fetch-*`), so that pip and curl are not handed cookies. */
  keep(request: FastifyRequest, reply: FastifyReply, actor: Actor): void {
    const isBrowser = request.headers['sec-fetch-mode'] !== undefined;
    if (!isBrowser || actor.kind !== 'token' || actor.role === 'anonymous') return;
    if (
      findCookie(request.headers.cookie, sessionCookie) !== undefined ||
      request.headers.authorization === undefined
    )
      return;
    this.open(request, reply, { tokenId: actor.id, name: actor.name, role: actor.role });
  }

  /** A new session, whatever cookie the browser had before. */
  open(request: FastifyRequest, reply: FastifyReply, session: Session): void {
    const value = this.#sessions.issue(session, this.#bootstrap.bindingOf(session.tokenId));
    void reply.header('set-cookie', toCookie(request, sessionCookie, value, this.#sessions.lifetimeS));
  }

  setWorkerToken(request: FastifyRequest, reply: FastifyReply, token: string): void {
    const value = encodeURIComponent(token);
    void reply.header('set-cookie', toCookie(request, workerTokenCookie, value, this.#sessions.lifetimeS));
  }

  end(request: FastifyRequest, reply: FastifyReply): void {
    void reply.header('set-cookie', [
      toCookie(request, sessionCookie, '', 0),
      toCookie(request, workerTokenCookie, '', 0),
    ]);
  }
}

function toCookie(request: FastifyRequest, name: string, value: string, maxAgeS: number): string {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
}
