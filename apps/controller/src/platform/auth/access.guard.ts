import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LoadedConfig } from '@ironwheel/config';
import type { Role } from '@ironwheel/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { authSection } from '../config/platform-sections.ts';
import { AppError } from '../errors/app-error.ts';
import { isSafeMethod, remoteAddressOf, routeTemplateOf } from '../http/request-facts.ts';
import { findActor, setActor, type Actor } from './actor.ts';
import { Authenticator } from './authenticator.ts';
import { accessKey, workerTokenKey, type Access } from './decorators.ts';
import { MisplacedTokens } from './misplaced-tokens.ts';
import { OriginCheck } from './origin-check.ts';
import { SessionCookies } from './session-cookies.ts';

const closed: Access = { kind: 'roles', roles: ['admin'] };
const ranks: Readonly<Partial<Record<Role | 'anonymous', number>>> = { viewer: 1, operator: 2, admin: 3 };

/** The one gate of all routes: who is it (Authenticator), from where (OriginCheck), and may they (decorators). */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #authenticator: Authenticator;
  readonly #origins: OriginCheck;
  readonly #cookies: SessionCookies;
  readonly #misplaced: MisplacedTokens;
  readonly #anonymousRead: boolean;

  constructor(
    reflector: Reflector,
    authenticator: Authenticator,
    origins: OriginCheck,
    cookies: SessionCookies,
    misplaced: MisplacedTokens,
    config: LoadedConfig,
  ) {
    this.#reflector = reflector;
    this.#authenticator = authenticator;
    this.#origins = origins;
    this.#cookies = cookies;
    this.#misplaced = misplaced;
    this.#anonymousRead = config.get(authSection).ANONYMOUS_READ;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const access = this.#reflector.getAllAndOverride<Access | undefined>(accessKey, targets) ?? closed;
    const allowWorkerToken =
      this.#reflector.getAllAndOverride<boolean | undefined>(workerTokenKey, targets) ?? false;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const actor = await this.#identify(request, access, allowWorkerToken);
    setActor(request, actor);
    this.#authorise(request, actor, access);
    if (actor.isAmbient === true) {
      this.#origins.check(request);
      this.#cookies.keep(request, context.switchToHttp().getResponse<FastifyReply>(), actor);
    }
    return true;
  }

  async #identify(request: FastifyRequest, access: Access, allowWorkerToken: boolean): Promise<Actor> {
    const remoteAddr = remoteAddressOf(request);
    const found = findActor(request) ?? (await this.#authenticator.authenticate(request, allowWorkerToken));
    if (found !== null && found !== 'refused') return found;
    if (found === 'refused') {
      if (access.kind !== 'public')
        throw new AppError('AUTH_REQUIRED', 'The credential is not valid, has expired or was revoked.');
    }
    return { kind: 'anonymous', id: 'anonymous', name: 'anonymous', role: 'anonymous', remoteAddr };
  }

  #authorise(request: FastifyRequest, actor: Actor, access: Access): void {
    if (access.kind === 'public') return;
    if (access.kind === 'attempt') {
      checkAttempt(request, actor);
      return;
    }
    if (actor.kind === 'anonymous') {
      if (this.#anonymousRead && isSafeMethod(request.method) && access.roles.includes('viewer')) return;
      throw new AppError('AUTH_REQUIRED', 'This needs a credential; send Authorization: Bearer <token>.');
    }
    if (actor.kind === 'attempt' || !access.roles.some((role) => hasRole(actor, role))) {
      if (access.roles.every((role) => role === 'worker'))
        this.#misplaced.note(actor, routeTemplateOf(request));
      throw new AppError(
        'AUTH_FORBIDDEN',
        `This needs the role ${access.roles.join(' or ')}; the credential has ${describe(actor)}.`,
      );
    }
  }
}

const describe = (actor: Actor): string =>
  actor.kind === 'attempt' ? 'an attempt token' : `the role ${actor.role}`;

/** admin ⊃ operator ⊃ viewer; `worker` is no part of that ladder. */
function hasRole(actor: Actor, needed: Role): boolean {
  if (needed === 'worker') return actor.role === 'worker';
  return (ranks[actor.role] ?? 0) >= (ranks[needed] ?? Infinity);
}

function checkAttempt(request: FastifyRequest, actor: Actor): void {
  if (actor.kind === 'anonymous')
    throw new AppError('AUTH_REQUIRED', 'This needs the attempt token of the claim.');
  const { id } = (request.params ?? {}) as { id?: string };
  if (actor.kind !== 'attempt' || (id !== undefined && id !== actor.attemptId)) {
    throw new AppError('AUTH_FORBIDDEN', 'This needs the attempt token of this very attempt.');
  }
}
