import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { StructuredLogger } from '@ironwheel/logging';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findActor } from '../auth/actor.ts';
import { isSafeMethod, routeTemplateOf } from '../http/request-facts.ts';
import { findAuditDetail, notAuditedKey } from './audit-decorators.ts';
import { EventBus } from '../events/event-bus.ts';
import { AuditService } from './audit.service.ts';

declare module '../events/event-bus.ts' {
  interface EventPayloads {
    /** A person or program changed something by this route; `subject` as in the audit trail. */
    'request.audited': { readonly route: string; readonly subject: string | null };
  }
}

/** Whether a request that succeeds is to be audited. */
const auditedField = Symbol('audited');
type Noted = FastifyRequest & { [auditedField]?: boolean };

/**
 * One entry for each state-changing request that succeeded, but for dry runs and routes marked `@NotAudited()`. A guard and a
 * hook: an interceptor of Nest costs every request an RxJS pipeline.
 */
@Injectable()
export class AuditRequests implements CanActivate {
  readonly #reflector: Reflector;
  readonly #audit: AuditService;
  readonly #events: EventBus;
  readonly #logger: StructuredLogger;

  constructor(reflector: Reflector, audit: AuditService, events: EventBus, logger: StructuredLogger) {
    this.#events = events;
    this.#reflector = reflector;
    this.#audit = audit;
    this.#logger = logger.child({ component: 'audit' });
  }

  /** Lets every request pass. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Noted>();
    request[auditedField] =
      !isSafeMethod(request.method) &&
      this.#reflector.getAllAndOverride<boolean | undefined>(notAuditedKey, [
        context.getHandler(),
        context.getClass(),
      ]) !== true;
    return true;
  }

  /** Call it before routes are registered. */
  install(fastify: FastifyInstance): void {
    fastify.decorateRequest(auditedField, false);
    // The answer says that it is one, not the question: a route that knows of no dry run does the deed whatever it was asked.
    fastify.addHook(
      'preSerialization',
      (request: Noted, _reply, answer: { dry_run?: unknown } | null, done) => {
        if (answer?.dry_run === true) request[auditedField] = false;
        done(null, answer);
      },
    );
    fastify.addHook('onSend', (request: Noted, reply, payload, done) => {
      if (request[auditedField] !== true || reply.statusCode >= 400) done(null, payload);
      else void this.#write(request).then(() => done(null, payload));
    });
  }

  async #write(request: FastifyRequest): Promise<void> {
    const actor = findActor(request);
    if (actor === undefined) return;
    const { subject, reason, detail } = findAuditDetail(request);
    const body = (request.body ?? {}) as { reason?: unknown };
    const about =
      subject ?? (Object.values((request.params ?? {}) as Record<string, string>).join('/') || null);
    this.#events.publishAfterCommit('request.audited', { route: routeTemplateOf(request), subject: about });
    const why = reason ?? (typeof body.reason === 'string' ? body.reason.slice(0, 500) : undefined);
    try {
      await this.#audit.record(null, {
        actor,
        action: `${request.method} ${routeTemplateOf(request)}`,
        subject: about,
        ...(why === undefined ? {} : { reason: why }),
        detail: detail ?? {},
        correlationId: request.id,
      });
    } catch (error) {
      // The deed is done and committed: failing its answer would make the caller do it again.
      this.#logger.error('an audit entry could not be written', { route: routeTemplateOf(request), error });
    }
  }
}
