import { Body, Controller, Delete, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LoadedConfig } from '@ironwheel/config';
import { openSessionSchema, type SessionView } from '@ironwheel/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { NotAudited } from '../audit/audit-decorators.ts';
import { authSection } from '../config/platform-sections.ts';
import { AppError } from '../errors/app-error.ts';
import { remoteAddressOf } from '../http/request-facts.ts';
import { CurrentActor, type Actor } from './actor.ts';
import { Public, Roles } from './decorators.ts';
import { isSameSecret } from './secrets.ts';
import { SessionCookies } from './session-cookies.ts';
import { SessionDoor } from './session-door.ts';
import { SignInLimiter } from './sign-in-limiter.ts';

const tokenQuery = z.strictObject({ token: z.string().min(1).max(512) });

@ApiTags('tokens')
@Controller('api/session')
@Public()
@NotAudited()
export class SessionController {
  readonly #cookies: SessionCookies;
  readonly #door: SessionDoor;
  readonly #limiter: SignInLimiter;
  readonly #workerToken: string | undefined;

  constructor(cookies: SessionCookies, door: SessionDoor, limiter: SignInLimiter, config: LoadedConfig) {
    this.#cookies = cookies;
    this.#door = door;
    this.#limiter = limiter;
    this.#workerToken = config.get(authSection).WORKER_TOKEN;
  }

  @Get()
  @Roles('viewer')
  read(@CurrentActor() actor: Actor): SessionView {
    return { token_id: actor.id, name: actor.name, role: actor.role };
  }

  @Post()
  @HttpCode(200)
  signIn(
    @Body({ schema: openSessionSchema }) body: z.output<typeof openSessionSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    return this.#door.open(body.token, request, reply);
  }

  /** Seed 001: `POST /api/session/token?token=` sets the cookie `worker_token`. */
  @Post('token')
  @HttpCode(200)
  open(
    @Query({ schema: tokenQuery }) query: z.output<typeof tokenQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): { status: 'ok' } {
    const address = remoteAddressOf(request);
    const waitS = this.#limiter.waitS(address);
    if (waitS > 0)
      throw new AppError('RATE_LIMITED', 'Too many failed sign-ins from this address.', {
        retryAfterS: waitS,
      });
    if (this.#workerToken === undefined)
      throw new AppError('NOT_SUPPORTED', 'WORKER_TOKEN is not set on this controller.');
    if (!isSameSecret(query.token, this.#workerToken)) {
      this.#limiter.recordFailure(address);
      throw new AppError('AUTH_REQUIRED', 'The worker token is not valid.');
    }
    this.#cookies.setWorkerToken(request, reply, query.token);
    return { status: 'ok' };
  }

  @Delete()
  @HttpCode(204)
  close(
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    return this.#door.close(actor, request, reply);
  }
}
