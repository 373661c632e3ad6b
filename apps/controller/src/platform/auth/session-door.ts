import { Injectable } from '@nestjs/common';
import type { SessionView } from '@ironwheel/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../database/database.ts';
import { NotificationBus } from '../database/notification-bus.ts';
import { AppError } from '../errors/app-error.ts';
import { remoteAddressOf } from '../http/request-facts.ts';
import type { Actor } from './actor.ts';
import { Authenticator } from './authenticator.ts';
import { credentialEndedChannel, findSessionKey } from './credential-watch.ts';
import { OriginCheck } from './origin-check.ts';
import { SessionCookies } from './session-cookies.ts';

/** Where pages let people in by a token, and out again. */
@Injectable()
export class SessionDoor {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly origins: OriginCheck,
    private readonly cookies: SessionCookies,
    private readonly notifications: NotificationBus,
    private readonly database: Database,
  ) {}

  async open(token: string, request: FastifyRequest, reply: FastifyReply): Promise<SessionView> {
    // Another site must not sign anybody in under a name of its choice.
    this.origins.check(request);
    const actor = await this.authenticator.signIn(token, remoteAddressOf(request));
    if (actor === null)
      throw new AppError('AUTH_REQUIRED', 'The token is not valid, has expired or was revoked.');
    const { id, name, role } = actor;
    if (role === 'worker' || role === 'anonymous')
      throw new AppError(
        'AUTH_FORBIDDEN',
        `A token of the role ${role} is for machines and opens no session.`,
      );
    this.cookies.open(request, reply, { tokenId: id, name, role });
    return { token_id: id, name, role };
  }

  async close(actor: Actor, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const key = findSessionKey(request);
    this.cookies.end(request, reply);
    if (key !== null && actor.isAmbient === true)
      await this.notifications.notify(this.database, credentialEndedChannel, key);
  }
}
