import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Interval } from '@nestjs/schedule';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { catchError, concatMap, from, of, throwError, type Observable } from 'rxjs';
import { findActor } from '../auth/actor.ts';
import { Clock } from '../clock/clock.ts';
import { AppError } from '../errors/app-error.ts';
import { toErrorAnswer } from '../errors/to-error-answer.ts';
import { isSafeMethod } from '../http/request-facts.ts';
import { secretFieldsKey } from './secret-answer.ts';
import { IdempotencyRepository } from './idempotency.repository.ts';

const validMs = 24 * 3_600_000;
/** A first request that never ended (its controller was killed) gives its key back after this time. */
const abandonedMs = 10 * 60_000;
const cleanUpEveryMs = 3_600_000;
const keyForm = /^[\x21-\x7e]{1,200}$/;

/**
 * `Idempotency-Key`: within 24 h the same key of the same actor gets the first answer again, without running. Answers
 * that tell a refusal are kept too; those to invalid requests, defects and operational problems are not.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #keys: IdempotencyRepository;
  readonly #clock: Clock;
  readonly #reflector: Reflector;

  constructor(keys: IdempotencyRepository, clock: Clock, reflector: Reflector) {
    this.#reflector = reflector;
    this.#keys = keys;
    this.#clock = clock;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || isSafeMethod(request.method)) return next.handle();
    if (typeof key !== 'string' || !keyForm.test(key)) {
      return throwError(
        () => new AppError('REQUEST_MALFORMED', 'Idempotency-Key takes 1 to 200 printable ASCII characters.'),
      );
    }
    const secretFields =
      this.#reflector.get<readonly string[] | undefined>(secretFieldsKey, context.getHandler()) ?? [];
    const reply = http.getResponse<FastifyReply>();
    return from(this.#begin(request, key)).pipe(
      concatMap((kept) =>
        kept === null
          ? this.#run({ request, reply, key, secretFields }, next)
          : of(this.#replay(reply, kept)),
      ),
    );
  }

  @Interval(cleanUpEveryMs)
  async cleanUp(): Promise<void> {
    await this.#keys.deleteOlderThan(new Date(this.#clock.now().getTime() - validMs));
  }

  /** Null when this request is the first and has to run. */
  async #begin(request: FastifyRequest, key: string): Promise<{ status: number; body: unknown } | null> {
    const actor = actorOf(request);
    const hash = hashOf(request);
    const now = this.#clock.now();
    if (await this.#keys.take(actor, key, hash, now, new Date(now.getTime() - validMs))) return null;
    const kept = await this.#keys.find(actor, key);
    if (kept !== null && !kept.request_hash.equals(hash)) {
      throw new AppError(
        'IDEMPOTENCY_KEY_REUSED',
        'This Idempotency-Key came with another request before; use a new key.',
      );
    }
    if (kept !== null && kept.status !== null) return { status: kept.status, body: kept.body };
    if (await this.#keys.take(actor, key, hash, now, new Date(now.getTime() - abandonedMs))) return null;
    throw new AppError(
      'IDEMPOTENCY_IN_PROGRESS',
      'The first request with this Idempotency-Key is still running; ask again.',
      {
        retryAfterS: 1,
      },
    );
  }

  #run(first: FirstRequest, next: CallHandler): Observable<unknown> {
    const actor = actorOf(first.request);
    return next.handle().pipe(
      concatMap(async (body: unknown) => {
        await this.#keys.keep(actor, first.key, first.reply.statusCode, without(body, first.secretFields));
        return body;
      }),
      catchError((error: unknown) => from(this.#settleError(first.request, actor, first.key, error))),
    );
  }

  async #settleError(request: FastifyRequest, actor: string, key: string, error: unknown): Promise<never> {
    const answer = toErrorAnswer(error, request.id);
    if (isWorthKeeping(answer.status)) await this.#keys.keep(actor, key, answer.status, answer.body);
    else await this.#keys.release(actor, key);
    throw error;
  }

  #replay(reply: FastifyReply, kept: { status: number; body: unknown }): unknown {
    void reply.status(kept.status).header('idempotency-replayed', 'true');
    return kept.body ?? undefined;
  }
}

/** A request that was never carried out (unreadable, limited, failed by us) may be corrected and sent again. */
const isWorthKeeping = (status: number): boolean => status > 400 && status < 500 && status !== 429;

interface FirstRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly key: string;
  /** Fields of the answer that are not kept. */
  readonly secretFields: readonly string[];
}

function without(body: unknown, fields: readonly string[]): unknown {
  if (fields.length === 0 || typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !fields.includes(name)));
}

const actorOf = (request: FastifyRequest): string => findActor(request)?.id ?? 'anonymous';

function hashOf(request: FastifyRequest): Buffer {
  const body = request.body === undefined || isStream(request.body) ? '' : JSON.stringify(request.body);
  return createHash('sha256').update(`${request.method} ${request.url}\n${body}`).digest();
}

const isStream = (body: unknown): boolean => typeof body === 'object' && body !== null && 'pipe' in body;
