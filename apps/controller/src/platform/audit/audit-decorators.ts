import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const notAuditedKey = 'ironwheel:not-audited';

/** Keeps machine traffic (heartbeats, renewals, log chunks, claims) out of the audit trail. */
export const NotAudited = (): CustomDecorator => SetMetadata(notAuditedKey, true);

export interface AuditDetail {
  readonly subject?: string;
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const details = new WeakMap<FastifyRequest, AuditDetail>();

/** Adds what only the feature knows to the entry that the interceptor writes for this request. */
export function setAuditDetail(request: FastifyRequest, detail: AuditDetail): void {
  details.set(request, { ...details.get(request), ...detail });
}

export function findAuditDetail(request: FastifyRequest): AuditDetail {
  return details.get(request) ?? {};
}
