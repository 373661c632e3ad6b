import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.ts';
import { authSection } from '../config/platform-sections.ts';
import { remoteAddressOf } from '../http/request-facts.ts';
import type { Actor } from './actor.ts';
import { AttemptTokenService } from './attempt-token.service.ts';
import { BootstrapSecret } from './bootstrap-secret.ts';
import { AppError } from '../errors/app-error.ts';
import { SignInLimiter } from './sign-in-limiter.ts';
import { readCredential, readWorkerToken, type Credential } from './read-credential.ts';
import { isSameSecret, sha256 } from './secrets.ts';
import { sessionCookie, Sessions } from './sessions.ts';
import { TokensRepository } from './tokens.repository.ts';
import { SignedAssertions } from './signed-assertions.ts';

type GuessableCredential = Extract<Credential, { readonly secret: string }>;

function isGuessable(credential: Credential): credential is GuessableCredential {
  if (credential.kind === 'basic' || credential.kind === 'worker-token') return true;
  return (
    credential.kind === 'bearer' &&
    !credential.secret.startsWith('iwa_') &&
    !credential.secret.startsWith('ey')
  );
}

export type KnownActor = Omit<Actor, 'remoteAddr' | 'isAmbient'>;

/** Id of CONTROL_PLANE_TOKEN in the audit trail and in sessions. */
const bootstrapId = 'bootstrap';

/** Turns what a request carries into an actor. Says nothing about what the actor may do. */
@Injectable()
export class Authenticator {
  readonly #tokens: TokensRepository;
  readonly #sessions: Sessions;
  readonly #attempts: AttemptTokenService;
  readonly #assertions: SignedAssertions;
  readonly #bootstrap: BootstrapSecret;
  readonly #clock: Clock;
  readonly #limiter: SignInLimiter;
  readonly #workerToken: string | undefined;

  constructor(
    tokens: TokensRepository,
    sessions: Sessions,
    attempts: AttemptTokenService,
    assertions: SignedAssertions,
    bootstrap: BootstrapSecret,
    clock: Clock,
    limiter: SignInLimiter,
    config: LoadedConfig,
  ) {
    this.#limiter = limiter;
    this.#tokens = tokens;
    this.#sessions = sessions;
    this.#attempts = attempts;
    this.#assertions = assertions;
    this.#bootstrap = bootstrap;
    this.#clock = clock;
    this.#workerToken = config.get(authSection).WORKER_TOKEN;
  }

  /** The actor, `null` without any credential, `'refused'` for one that is not valid. */
  async authenticate(request: FastifyRequest, allowWorkerToken: boolean): Promise<Actor | null | 'refused'> {
    const credential =
      readCredential(request, sessionCookie) ??
      (allowWorkerToken && this.#workerToken !== undefined ? readWorkerToken(request) : null);
    if (credential === null) return null;
    const actor = await this.#resolveWithinLimit(credential, remoteAddressOf(request));
    if (actor === null) {
      // A session that has ended is no attempt to guess: the browser is simply signed out.
      return credential.kind === 'session' ? null : 'refused';
    }
    const isAmbient =
      credential.kind === 'basic' ||
      credential.kind === 'session' ||
      (credential.kind === 'worker-token' && credential.isCookie);
    return { ...actor, remoteAddr: remoteAddressOf(request), isAmbient };
  }

  /** The actor of a token that somebody signs in with; counted like every other one that could be a guess. */
  signIn(secret: string, address: string): Promise<KnownActor | null> {
    return this.#resolveWithinLimit({ kind: 'basic', secret }, address);
  }

  /** The actor of a token of people or automation: the bootstrap token or one of the table. */
  async findTokenActor(secret: string): Promise<KnownActor | null> {
    if (isSameSecret(secret, this.#bootstrap.token)) {
      return { kind: 'token', id: bootstrapId, name: bootstrapId, role: 'admin' };
    }
    if (!secret.startsWith('iw_')) return null;
    const token = await this.#tokens.findLive(sha256(secret), this.#clock.now());
    return token === null ? null : { kind: 'token', id: token.id, name: token.name, role: token.role };
  }

  /** Secrets that could be guessed are counted by address; signed assertions, attempt tokens and sessions cannot be. */
  async #resolveWithinLimit(credential: Credential, address: string): Promise<KnownActor | null> {
    if (!isGuessable(credential)) return this.#resolve(credential);
    const waitS = this.#limiter.waitS(address);
    if (waitS > 0 && !this.#limiter.isKnownGood(credential.secret)) {
      throw new AppError('RATE_LIMITED', 'Too many failed sign-ins from this address; wait and try again.', {
        retryAfterS: waitS,
      });
    }
    const actor = await this.#resolve(credential);
    if (actor === null) this.#limiter.recordFailure(address);
    else this.#limiter.recordSuccess(credential.secret);
    return actor;
  }

  async #resolve(credential: Credential): Promise<KnownActor | null> {
    switch (credential.kind) {
      case 'unreadable':
        return null;
      case 'basic':
        return this.findTokenActor(credential.secret);
      case 'session':
        return this.#findSessionActor(credential.cookie);
      case 'worker-token':
        return this.#workerToken !== undefined && isSameSecret(credential.secret, this.#workerToken)
          ? { kind: 'token', id: 'worker-token', name: 'worker-token', role: 'operator' }
          : null;
      case 'bearer':
        if (credential.secret.startsWith('iwa_')) return this.#findAttemptActor(credential.secret);
        if (credential.secret.startsWith('ey')) return this.#findWorkerActor(credential.secret);
        return this.findTokenActor(credential.secret);
    }
  }

  async #findSessionActor(cookie: string): Promise<KnownActor | null> {
    const session = this.#sessions.verify(cookie, ({ tokenId }) => this.#bootstrap.bindingOf(tokenId));
    if (session === null) return null;
    if (session.tokenId !== bootstrapId && !(await this.#tokens.isLive(session.tokenId, this.#clock.now())))
      return null;
    return { kind: 'token', id: session.tokenId, name: session.name, role: session.role };
  }

  async #findWorkerActor(assertion: string): Promise<KnownActor | null> {
    const key = await this.#assertions.verify(assertion, 'worker');
    if (key === null) return null;
    return { kind: 'worker', id: key.id, name: key.name, role: 'worker', workerId: key.id };
  }

  #findAttemptActor(token: string): KnownActor | null {
    const attempt = this.#attempts.verify(token);
    if (attempt === null) return null;
    const { attemptId, fencing } = attempt;
    return { kind: 'attempt', id: attemptId, name: attemptId, role: 'worker', attemptId, fencing };
  }
}
