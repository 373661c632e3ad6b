import { StructuredLogger, type LogFields } from '@ironwheel/logging';
import { ClockOffset } from '../../controller-link/clock-offset.ts';
import { ControllerClient } from '../../controller-link/controller-client.ts';
import { createKeyCredential, createTokenCredential } from '../../controller-link/credential.ts';
import { createHttpPool } from '../../controller-link/http-pool.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { renewCommandSchema, type RenewCommand, type RenewReport } from './renew-messages.ts';

const send = (report: RenewReport): void => {
  // The channel may close at any moment; then nobody is left to tell, and this process ends.
  if (process.connected) process.send?.(report, undefined, undefined, () => undefined);
};

/** The worker writes the log; this process only tells it. */
class ReportingLogger extends StructuredLogger {
  readonly #fields: LogFields;

  constructor(fields: LogFields = {}) {
    super();
    this.#fields = fields;
  }

  debug(): void {
    // Not told: this process is to stay quiet and small.
  }

  info(message: string, fields: LogFields = {}): void {
    send({ type: 'log', level: 'info', message, fields: { ...this.#fields, ...fields } });
  }

  warn(message: string, fields: LogFields = {}): void {
    send({ type: 'log', level: 'warn', message, fields: { ...this.#fields, ...fields } });
  }

  error(message: string, fields: LogFields = {}): void {
    this.warn(message, fields);
  }

  child(fields: LogFields): StructuredLogger {
    return new ReportingLogger({ ...this.#fields, ...fields });
  }
}

const createKeeper = async (settings: Extract<RenewCommand, { type: 'configure' }>): Promise<LeaseKeeper> => {
  const credential =
    settings.credential.kind === 'key'
      ? await createKeyCredential(settings.worker_id, settings.credential.private_key)
      : createTokenCredential(settings.worker_id, settings.credential.token);
  const client = new ControllerClient({
    url: settings.url,
    credential,
    pool: createHttpPool({ caFile: settings.ca_file, connections: 8 }),
    clockOffset: new ClockOffset(),
    logger: new ReportingLogger(),
    version: settings.version,
  });
  return new LeaseKeeper(client, send);
};

/**
 * The process that renews leases: nothing else runs here, so neither a busy main thread nor a build's load of the
 * worker delays it. It ends with the worker (the channel closes), and stops renewing when the worker hangs.
 */
export function runRenewProcess(): void {
  let keeper: Promise<LeaseKeeper> | null = null;
  let silenceMs = 0;
  let silence: NodeJS.Timeout | undefined;
  const listen = (): void => {
    clearTimeout(silence);
    if (silenceMs > 0) silence = setTimeout(() => process.exit(3), silenceMs);
  };
  const obey = async (command: RenewCommand): Promise<void> => {
    if (command.type === 'configure') {
      silenceMs = command.silence_ms;
      keeper ??= createKeeper(command);
      listen();
      return;
    }
    listen();
    const leases = await keeper;
    if (leases === null) return;
    if (command.type === 'hold') {
      leases.hold(command.attempt_id, { fencing: command.fencing, renewEveryMs: command.renew_every_ms });
    } else if (command.type === 'set-phase') {
      leases.setPhase(command.attempt_id, command.phase);
    } else if (command.type === 'release') {
      leases.release(command.attempt_id);
    }
  };
  process.on('message', (message: unknown) => {
    const command = renewCommandSchema.safeParse(message);
    if (command.success) void obey(command.data);
  });
  process.once('disconnect', () => process.exit(0));
  // The worker drains on these; this process lives as long as the worker does.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
}
