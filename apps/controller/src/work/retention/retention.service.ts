import type { RetentionAmount, RetentionRunView, RetentionView } from '@ironwheel/contracts';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AuditService, Clock, newId, ShutdownSignal, type Actor } from '../../platform/index.ts';
import { RetentionRules, type RetentionRule } from './retention-rules.ts';
import { RetentionRepository } from './retention.repository.ts';
import { retentionSection } from './retention.section.ts';
import { toRetentionRunView } from './retention.view.ts';

const lookEveryMs = 60_000;
/** Who a run that nobody asked for is told to be of. */
const ownActor: Actor = {
  kind: 'anonymous',
  id: 'retention',
  name: 'retention',
  role: 'anonymous',
  remoteAddr: '',
};

/**
 * Lets things go by the rules. Steps are small and stand by themselves, so that two runs at once, or one that was cut
 * off, do no harm. What the index serves no rule can reach.
 */
@Injectable()
export class RetentionService {
  readonly #intervalS: number;
  readonly #logger: StructuredLogger;

  constructor(
    private readonly rules: RetentionRules,
    private readonly runs: RetentionRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly shutdown: ShutdownSignal,
    config: LoadedConfig,
    logger: StructuredLogger,
  ) {
    this.#intervalS = config.get(retentionSection).RETENTION_INTERVAL_S;
    this.#logger = logger.child({ component: 'retention' });
  }

  /** The rules, what each would take now, and what the last run did. */
  async view(): Promise<RetentionView> {
    const rules: RetentionView['rules'] = [];
    for (const { name, meaning, bounds, preview } of this.rules.rules)
      rules.push({ rule: name, meaning, bounds: { ...bounds }, would_remove: await preview() });
    const last = await this.runs.findLast();
    return {
      rules,
      interval_s: this.#intervalS,
      last_run: last === undefined ? null : toRetentionRunView(last),
    };
  }

  /** What a run would take now; nothing is done. */
  async preview(actor: Actor): Promise<RetentionRunView> {
    const now = this.clock.now().toISOString();
    const removed: RetentionAmount[] = [];
    for (const { name, preview } of this.rules.rules) removed.push({ rule: name, ...(await preview()) });
    return {
      run_id: null,
      dry_run: true,
      state: 'done',
      started_by: actor.name,
      started_at: now,
      ended_at: now,
      removed,
      error: null,
    };
  }

  /** Runs every rule. One that fails does not keep the others from running. */
  async run(actor: Actor): Promise<RetentionRunView> {
    const id = newId('retention');
    await this.runs.begin(id, actor.name);
    const result: RetentionAmount[] = [];
    const errors: string[] = [];
    for (const rule of this.rules.rules) {
      if (this.shutdown.isStopping) break;
      try {
        await this.#apply(rule, id, result);
      } catch (error) {
        errors.push(`${rule.name} failed`);
        this.#logger.error('a rule of retention failed; the next run tries it again', {
          rule: rule.name,
          error,
        });
      }
    }
    await this.runs.end(id, result, errors.length === 0 ? null : errors.join(', '));
    if (result.some(({ count }) => count > 0))
      this.#logger.info('retention has run', { run_id: id, removed: result });
    const row = await this.runs.findLast();
    if (row === undefined) throw new Error('the run that has just ended is gone');
    return toRetentionRunView(row);
  }

  @Interval(lookEveryMs)
  async runWhenDue(): Promise<void> {
    try {
      if (this.#intervalS === 0 || this.shutdown.isStopping || !(await this.runs.isDue(this.#intervalS)))
        return;
      const { run_id: subject, removed, error } = await this.run(ownActor);
      if (error !== null || removed.some(({ count }) => count > 0))
        await this.audit.record(null, {
          actor: ownActor,
          action: 'retention.run',
          subject,
          detail: { removed, error },
        });
    } catch (error) {
      this.#logger.warn('retention could not run and will be tried again', { error });
    }
  }

  async #apply(rule: RetentionRule, runId: string, result: RetentionAmount[]): Promise<void> {
    const amount = { rule: rule.name, count: 0, bytes: 0 };
    result.push(amount);
    for await (const { count, bytes } of rule.remove()) {
      amount.count += count;
      amount.bytes += bytes;
      await this.runs.touch(runId, result);
      if (this.shutdown.isStopping) return;
    }
  }
}
