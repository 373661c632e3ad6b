import { LoadedConfig } from '@ironwheel/config';
import type { SmokeAnswer, TriggerAnswer } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { AppError, authSection, Database, NotificationBus, ReadinessChecks } from '../../platform/index.ts';
import { ClaimsSwitch } from '../claims/index.ts';
import { QueueGateway, workAvailableChannel } from '../queue/index.ts';
import { workerTriggerSection } from './worker-trigger.section.ts';

const webhookMs = 10_000;

/** Has the queue worked off now: by a worker with a webhook, else by those that wait for work here. */
@Injectable()
export class WorkerTrigger {
  readonly #webhook: string | undefined;
  readonly #token: string | undefined;

  constructor(
    config: LoadedConfig,
    private readonly database: Database,
    private readonly notifications: NotificationBus,
    private readonly readiness: ReadinessChecks,
    private readonly queue: QueueGateway,
    private readonly claims: ClaimsSwitch,
  ) {
    this.#webhook = config.get(workerTriggerSection).WORKER_WEBHOOK_URL;
    this.#token = config.get(authSection).WORKER_TOKEN;
  }

  /** Throws WORKER_WEBHOOK_FAILED. */
  async trigger(): Promise<TriggerAnswer> {
    const { length } = await this.queue.stats();
    if (this.#webhook !== undefined) {
      const answer = await this.#call(this.#webhook, 'POST', JSON.stringify({ action: 'drain' }));
      if (!answer.ok) throw webhookFailed(`answered ${answer.status}`);
      return { mode: 'webhook', detail: 'The worker was told to drain its queue.', queue_length: length };
    }
    const { paused, reason } = await this.claims.read();
    // An empty payload wakes every waiting claim, of every controller.
    await this.notifications.notify(this.database, workAvailableChannel);
    const detail = paused
      ? `All claims are paused${reason === null ? '' : `: ${reason}`}; nothing is taken until they are resumed.`
      : 'Workers that wait for work look again.';
    return { mode: 'local', detail, queue_length: length };
  }

  /** Looks at what a trigger needs, and drains nothing. */
  async smoke(): Promise<SmokeAnswer> {
    const mode = this.#webhook === undefined ? 'local' : 'webhook';
    const checks = [
      await this.#check('queue', async () => {
        const { length } = await this.queue.stats();
        return { ok: true, text: `${this.queue.backendId} holds ${length} jobs.` };
      }),
      await this.#check('claims', async () => {
        const { paused } = await this.claims.read();
        return { ok: !paused, text: paused ? 'All claims are paused.' : 'Claims are open.' };
      }),
    ];
    for (const [name, check] of this.readiness.entries()) {
      if (name === 'queue') continue;
      checks.push(
        await this.#check(name, async () => {
          const problem = await check();
          return { ok: problem === null, text: problem ?? 'ok' };
        }),
      );
    }
    if (this.#webhook !== undefined) checks.push(await this.#checkWebhook(this.#webhook));
    return { ok: checks.every(({ ok }) => ok), mode, checks };
  }

  /** A worker's `/ready` lies beside its `/trigger`, which would drain. */
  #checkWebhook(webhook: string): Promise<SmokeAnswer['checks'][number]> {
    return this.#check('webhook', async () => {
      const { ok, status } = await this.#call(new URL('/ready', webhook).href, 'GET', null);
      return { ok, text: ok ? 'The worker is ready.' : `The worker answered ${status} to GET /ready.` };
    });
  }

  async #check(
    name: string,
    check: () => Promise<{ readonly ok: boolean; readonly text: string }>,
  ): Promise<SmokeAnswer['checks'][number]> {
    try {
      return { name, ...(await check()) };
    } catch (error) {
      return { name, ok: false, text: error instanceof Error ? error.message : 'It does not answer.' };
    }
  }

  async #call(url: string, method: 'GET' | 'POST', body: string | null): Promise<Response> {
    try {
      const response = await fetch(url, {
        method,
        body,
        headers: {
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...(this.#token === undefined ? {} : { 'x-worker-token': this.#token }),
        },
        // A token is not to follow to another place.
        redirect: 'error',
        signal: AbortSignal.timeout(webhookMs),
      });
      await response.body?.cancel();
      return response;
    } catch (error) {
      throw webhookFailed('does not answer', error);
    }
  }
}

const webhookFailed = (what: string, cause?: unknown): AppError =>
  new AppError('WORKER_WEBHOOK_FAILED', `The worker at WORKER_WEBHOOK_URL ${what}.`, { cause });
