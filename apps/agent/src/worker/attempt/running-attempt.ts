import type { Claim, Phase } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { createMask } from '@ironwheel/plugin-kit';
import type { AttemptAccess } from '../../controller-link/attempt-calls.ts';
import { agentVersion } from '../../agent-version.ts';
import { listUrlSecrets } from '../list-secrets.ts';
import type { AttemptHost } from './attempt-host.ts';
import { AttemptNotes } from './attempt-notes.ts';
import type { AttemptRecord, Delivery } from './attempt-record.ts';
import type { LiveAttempt } from './attempt-registry.ts';
import {
  AttemptStoppedError,
  toAttemptState,
  type AttemptStop,
  type LocalAttemptState,
} from './attempt-state.ts';
import { clearAttempt, deliverFinished, type AttemptEnd, type FinishOptions } from './finish-attempt.ts';
import { makeResult } from './make-result.ts';
import { runPhases } from './run-phases.ts';

/** The coordinator of one attempt: it wires lease, log, phases and delivery, and decides nothing else. */
export class RunningAttempt implements LiveAttempt {
  readonly attemptId: string;
  readonly #host: AttemptHost;
  readonly #claim: Claim;
  readonly #record: AttemptRecord;
  readonly #access: AttemptAccess;
  readonly #logger: StructuredLogger;
  /** Ends the build. */
  readonly #stop = new AbortController();
  /** Ends the delivery too. */
  readonly #lease = new AbortController();
  #state: LocalAttemptState = 'claimed';
  #phase: Phase | null = null;

  constructor(host: AttemptHost, record: AttemptRecord) {
    const { claim } = record;
    this.attemptId = claim.attempt_id;
    this.#host = host;
    this.#claim = claim;
    this.#record = record;
    this.#access = { attemptId: claim.attempt_id, attemptToken: claim.attempt_token, fencing: claim.fencing };
    this.#logger = host.logger.child({
      attempt_id: claim.attempt_id,
      job_id: claim.job.job_id,
      package: `${claim.job.name}==${claim.job.version}`,
    });
    host.registry.add(this, this.#access);
  }

  get state(): LocalAttemptState {
    return this.#state;
  }

  get phase(): Phase | null {
    return this.#phase;
  }

  get takesSlot(): boolean {
    return this.#state === 'claimed' || this.#state === 'running';
  }

  stop(stop: AttemptStop): void {
    if (stop.kind === 'lease-lost') this.#lease.abort(new AttemptStoppedError(stop));
    if (!this.#stop.signal.aborted) this.#stop.abort(new AttemptStoppedError(stop));
  }

  /** Never rejects: whatever happens, the lease is let go and the slot comes free. */
  async run(): Promise<AttemptEnd> {
    const { renewer, registry } = this.#host;
    renewer.hold(
      this.attemptId,
      { fencing: this.#claim.fencing, renewEveryMs: this.#claim.renew_every_s * 1000 },
      {
        onRenewed: (answer) => {
          this.#host.onDesiredState(answer.desired_state);
          if (answer.cancel) this.stop({ kind: 'cancelled', reason: answer.cancel_reason ?? 'cancelled' });
        },
        onLost: (code, detail) => {
          this.#logger.warn('The lease is lost; the attempt stops.', { code, detail });
          this.stop({ kind: 'lease-lost', code, detail });
        },
      },
    );
    try {
      return await this.#buildAndDeliver();
    } catch (error) {
      this.#logger.error('The attempt broke in the worker itself; its lease is let go.', { error });
      return 'kept';
    } finally {
      renewer.release(this.attemptId);
      registry.settle(this.attemptId);
    }
  }

  async #buildAndDeliver(): Promise<AttemptEnd> {
    const { logSink, secrets, runner, client, settings } = this.#host;
    this.#move('running');
    this.#logger.info('The attempt starts.', { number: this.#claim.attempt_number });
    const { index } = this.#claim;
    const hidden = [
      ...secrets,
      this.#access.attemptToken,
      ...[index.index_url ?? '', ...index.extra_index_urls].flatMap(listUrlSecrets),
    ];
    const log = await logSink.open({
      attemptId: this.attemptId,
      maxBytes: this.#claim.limits.log_max_bytes,
      secrets: hidden,
    });
    const notes = new AttemptNotes(createMask(hidden));
    notes.noteFact('worker', { version: agentVersion, runner: settings.runnerName });
    const context = {
      claim: this.#claim,
      access: this.#access,
      record: this.#record,
      notes,
      log,
      runner,
      client,
      settings,
      logger: this.#logger,
      signal: this.#stop.signal,
    };
    const outcome = await runPhases(context, (phase) => {
      this.#phase = phase;
      this.#host.renewer.setPhase(this.attemptId, phase);
    });
    await runner.clean(this.attemptId).catch((error: unknown) => {
      this.#logger.error('The runner could not clean up after the attempt.', { error });
    });
    if (outcome.kind === 'failed')
      log.write(`\n[ironwheel: ${outcome.error.code}: ${outcome.error.message}]\n`);
    if (outcome.kind === 'stopped')
      log.write(`\n[ironwheel: the attempt was stopped: ${outcome.stop.kind}]\n`);
    await log.end();
    const finish: FinishOptions = {
      host: this.#host,
      access: this.#access,
      record: this.#record,
      log,
      logger: this.#logger,
      leaseSignal: this.#lease.signal,
    };
    if (notes.ignoredLines > 0) notes.noteFact('ignored_event_lines', notes.ignoredLines);
    if (this.#lease.signal.aborted) return this.#end(finish, 'dropped');
    const succeeded = outcome.kind === 'done';
    if (succeeded) this.#enterUpload(notes);
    const delivery: Delivery = {
      version: 1,
      result: makeResult(context, outcome),
      artifacts: succeeded ? [...notes.artifacts] : [],
    };
    await this.#record.saveDelivery(delivery).catch((error: unknown) => {
      // For example a full disk: the result can still be given, it only does not outlive a crash.
      this.#logger.error('The result could not be kept on disk.', { error });
    });
    this.#move('delivering');
    this.#logger.info('The build has ended.', {
      status: delivery.result.status,
      phase: delivery.result.phase,
      code: delivery.result.error?.code ?? null,
    });
    this.#host.registry.notify();
    return this.#end(finish, await deliverFinished(finish, delivery));
  }

  /** The result is made before the upload ends, so this phase has a beginning only. */
  #enterUpload(notes: AttemptNotes): void {
    notes.startPhase('upload');
    this.#phase = 'upload';
    this.#host.renewer.setPhase(this.attemptId, 'upload');
  }

  #end(finish: FinishOptions, end: AttemptEnd): AttemptEnd {
    if (end === 'kept') return end;
    this.#move(end);
    // The log may still be on its way; the slot need not wait for it.
    void clearAttempt(finish).catch((error: unknown) =>
      this.#logger.error('The attempt could not be cleared away.', { error }),
    );
    return end;
  }

  #move(to: LocalAttemptState): void {
    this.#state = toAttemptState(this.#state, to);
  }
}
