import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Interval } from '@nestjs/schedule';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { findActor } from '../auth/actor.ts';
import { Clock } from '../clock/clock.ts';
import { AppError } from '../errors/app-error.ts';
import { KeptAnswer } from '../errors/kept-answer.ts';
import { isSafeMethod } from '../http/request-facts.ts';
import { secretFieldsKey } from './secret-answer.ts';
import { IdempotencyRepository } from './idempotency.repository.ts';

const validMs = 24 * 3_600_000;
/** A first request that never ended (its controller was killed) gives its key back after this time. */
const abandonedMs = 10 * 60_000;
const cleanUpEveryMs = 3_600_000;
const keyForm = /^[\x21-\x7e]{1,200}$/;

/** A request with a key that runs. */
interface Keyed {
  readonly actor: string;
  readonly key: string;
  /** Fields of the answer that are not kept. */
  readonly secretFields: readonly string[];
}

const keyedField = Symbol('idempotency key');
type Noted = FastifyRequest & { [keyedField]?: Keyed | null };

/**
 * `Idempotency-Key`: within 24 h the same key of the same actor gets the first answer again, without running. Answers
 * that tell a refusal are kept too; those to invalid requests, defects and operational problems are not. A guard takes the
 * key, and a hook keeps the answer.
 */
@Injectable()
export class IdempotentRequests implements CanActivate {
  readonly #keys: IdempotencyRepository;
  readonly #clock: Clock;
  readonly #reflector: Reflector;

  constructor(keys: IdempotencyRepository, clock: Clock, reflector: Reflector) {
    this.#reflector = reflector;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Throws `KeptAnswer` for a request that was answered before. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Noted>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || isSafeMethod(request.method)) return true;
    if (typeof key !== 'string' || !keyForm.test(key)) {
      throw new AppError('REQUEST_MALFORMED', 'Idempotency-Key takes 1 to 200 printable ASCII characters.');
    }
    const kept = await this.#begin(request, key);
    if (kept !== null) throw new KeptAnswer(kept.status, kept.body);
    const secretFields =
      this.#reflector.get<readonly string[] | undefined>(secretFieldsKey, context.getHandler()) ?? [];
    request[keyedField] = { actor: actorOf(request), key, secretFields };
    return true;
  }

  /** Call it before routes are registered. */
  install(fastify: FastifyInstance): void {
    fastify.decorateRequest(keyedField, null);
    fastify.addHook('onSend', (request: Noted, reply, payload, done) => {
      const keyed = request[keyedField] ?? null;
      if (keyed === null) {
        done(null, payload);
        return;
      }
      // When it cannot be kept, the answer is an error, which is sent in its place and comes by here again.
      request[keyedField] = null;
      this.#settle(keyed, reply, payload).then(
        () => done(null, payload),
        (error: unknown) => done(error as Error),
      );
    });
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

  async #settle({ actor, key, secretFields }: Keyed, reply: FastifyReply, payload: unknown): Promise<void> {
    if (reply.statusCode < 400 || isWorthKeeping(reply.statusCode))
      await this.#keys.keep(actor, key, reply.statusCode, without(readBody(payload), secretFields));
    else await this.#keys.release(actor, key);
  }
}

/** A request that was never carried out (unreadable, limited, failed by us) may be corrected and sent again. */
const isWorthKeeping = (status: number): boolean => status > 400 && status < 500 && status !== 429;

/** What was written out for the caller; an answer that is no JSON is kept as none. */
function readBody(payload: unknown): unknown {
  if (typeof payload !== 'string' || payload === '') return undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
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
