import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { StructuredLogger } from '@ironwheel/logging';
import type { FastifyRequest } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
import { findActor } from '../auth/actor.ts';
import { isSafeMethod, routeTemplateOf } from '../http/request-facts.ts';
import { findAuditDetail, notAuditedKey } from './audit-decorators.ts';
import { AuditService } from './audit.service.ts';

/** One entry for each state-changing request that succeeded, but for routes marked `@NotAudited()`. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  readonly #reflector: Reflector;
  readonly #audit: AuditService;
  readonly #logger: StructuredLogger;

  constructor(reflector: Reflector, audit: AuditService, logger: StructuredLogger) {
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
    const why = reason ?? (typeof body.reason === 'string' ? body.reason.slice(0, 500) : undefined);
    try {
      await this.#audit.record(null, {
        actor,
        action: `${request.method} ${routeTemplateOf(request)}`,
        subject:
          subject ?? (Object.values((request.params ?? {}) as Record<string, string>).join('/') || null),
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
