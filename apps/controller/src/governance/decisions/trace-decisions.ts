import type { DecisionTraceView, traceQuerySchema } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, AuditService } from '../../platform/index.ts';
import { DecisionsRepository, type DecisionRow } from '../../work/attempts/index.ts';
import { PolicyInForce } from '../../work/policies/index.ts';
import { replayDecision } from './replay-decision.ts';
import { toTraceView } from './trace.view.ts';

/** What people did with a job that overrides what was decided about it. */
const overridingRoutes = new Set(['POST /api/jobs/:id/retry', 'POST /api/jobs/:id/cancel']);
const overridesRead = 100;

/** How decisions came about, read from what was written down with each, and run again to see whether it still says so. */
@Injectable()
export class TraceDecisions {
  constructor(
    private readonly decisions: DecisionsRepository,
    private readonly policies: PolicyInForce,
    private readonly audit: AuditService,
  ) {}

  /** Throws DECISION_NOT_FOUND. */
  async trace(query: z.output<typeof traceQuerySchema>): Promise<DecisionTraceView[]> {
    const filter = { decisionId: query.decision_id, attemptId: query.attempt_id, jobId: query.job_id };
    const rows = await this.decisions.list(filter, query.limit);
    const [first] = rows;
    if (first === undefined) throw new AppError('DECISION_NOT_FOUND', 'Nothing was decided about it yet.');
    const overrides = await this.#overridesOf(first.job_id);
    return Promise.all(
      rows.map(async (row, place) => {
        const policy = await this.policies.find(row.policy_version);
        const until = rows[place - 1]?.decided_at.getTime() ?? Number.POSITIVE_INFINITY;
        const own = overrides.filter(({ at }) => isBetween(row, Date.parse(at), until));
        return toTraceView(row, replayDecision(row, policy), own);
      }),
    );
  }

  async #overridesOf(jobId: string): Promise<DecisionTraceView['overrides']> {
    const { items } = await this.audit.list({
      action: undefined,
      actor: undefined,
      subject: jobId,
      limit: overridesRead,
      offset: 0,
    });
    return items
      .filter(({ action }) => overridingRoutes.has(action))
      .map(({ at, actor, action, reason, audit_id }) => ({ at, actor, action, reason, audit_id }));
  }
}

const isBetween = (row: DecisionRow, at: number, until: number): boolean =>
  at >= row.decided_at.getTime() && at < until;
