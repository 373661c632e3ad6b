import { Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ServiceUnavailableException } from '@nestjs/common';
import { Database } from '../database/database.ts';
import { NotificationBus } from '../database/notification-bus.ts';
import { ShutdownSignal } from '../lifecycle/shutdown-signal.ts';
import { ReadinessChecks, type ReadinessCheck } from './readiness-checks.ts';

const checkTimeoutMs = 2000;

export interface Readiness {
  readonly isReady: boolean;
  /** `ok` or what is wrong, by the name of the check. */
  readonly checks: Record<string, string>;
}

@Injectable()
export class ReadinessService {
  readonly #health: HealthCheckService;
  readonly #indicators: HealthIndicatorService;
  readonly #checks: readonly (readonly [string, ReadinessCheck])[];
  readonly #added: ReadinessChecks;

  constructor(
    health: HealthCheckService,
    indicators: HealthIndicatorService,
    added: ReadinessChecks,
    database: Database,
    notifications: NotificationBus,
    shutdown: ShutdownSignal,
  ) {
    this.#health = health;
    this.#indicators = indicators;
    this.#added = added;
    this.#checks = [
      ['controller', () => Promise.resolve(shutdown.isStopping ? 'is stopping' : null)],
      ['database', () => database.query('SELECT 1').then(() => null)],
      ['notifications', () => Promise.resolve(notifications.isConnected ? null : 'the connection is away')],
    ];
  }

  async check(): Promise<Readiness> {
    const all = [...this.#checks, ...this.#added.entries()];
    try {
      const result = await this.#health.check(
        all.map(
          ([name, check]) =>
            () =>
              this.#indicate(name, check),
        ),
      );
      return { isReady: true, checks: toTexts(result.details) };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const body = error.getResponse() as { details?: HealthIndicatorResult };
      return { isReady: false, checks: toTexts(body.details ?? {}) };
    }
  }

  async #indicate(name: string, check: ReadinessCheck): Promise<HealthIndicatorResult> {
    const indicator = this.#indicators.check(name);
    let problem: string | null;
    try {
      problem = await withTimeout(check());
    } catch {
      // The reason of a failing check may hold addresses or names; it is told to the log by whoever owns it.
      problem = 'does not answer';
    }
    return problem === null ? indicator.up() : indicator.down({ problem });
  }
}

function toTexts(details: HealthIndicatorResult): Record<string, string> {
  return Object.fromEntries(
    Object.entries(details).map(([name, entry]) => [
      name,
      entry.status === 'up' ? 'ok' : typeof entry['problem'] === 'string' ? entry['problem'] : 'down',
    ]),
  );
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the check took too long')), checkTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
