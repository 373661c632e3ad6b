import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { StructuredLogger } from '@ironwheel/logging';
import type { FastifyRequest } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
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

/** One entry for each state-changing request that succeeded, but for routes marked `@NotAudited()`. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
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

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const isExempt =
      isSafeMethod(request.method) ||
      this.#reflector.getAllAndOverride<boolean | undefined>(notAuditedKey, [
        context.getHandler(),
        context.getClass(),
      ]) === true;
    if (isExempt) return next.handle();
    return next.handle().pipe(
      concatMap(async (value: unknown) => {
        await this.#write(request);
        return value;
      }),
    );
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
