import { Injectable, type OnModuleInit } from '@nestjs/common';
import { NotificationBus, type SqlExecutor } from '../../platform/index.ts';
import { workerIntentChannel } from '../workers/index.ts';

const deliverChannel = 'agent_command';
const endedChannel = 'agent_command_ended';

/**
 * What controllers tell each other of commands, by NOTIFY: that one may be delivered (the controller that holds the socket
 * does it), and that one has ended (whoever waits for it looks).
 */
@Injectable()
export class CommandNotices implements OnModuleInit {
  readonly #waiting = new Map<string, Set<() => void>>();
  #deliver: (agentId: string | null) => void = () => undefined;

  constructor(private readonly notifications: NotificationBus) {}

  async onModuleInit(): Promise<void> {
    await this.notifications.listen(deliverChannel, (agentId) =>
      this.#deliver(agentId === '' ? null : agentId),
    );
    await this.notifications.listen(endedChannel, (commandId) => this.#wake(commandId));
  }

  /** Hands in who delivers: with null the notice was missed, and everything has to be looked at. Called once. */
  bindDelivery(deliver: (agentId: string | null) => void): void {
    this.#deliver = deliver;
  }

  tellDeliverable(tx: SqlExecutor, agentId: string): Promise<void> {
    return this.notifications.notify(tx, deliverChannel, agentId);
  }

  tellEnded(tx: SqlExecutor, commandId: string): Promise<void> {
    return this.notifications.notify(tx, endedChannel, commandId);
  }

  /** Their claims that wait may be granted again. */
  async tellGrantable(tx: SqlExecutor, workerIds: readonly string[]): Promise<void> {
    for (const id of workerIds) await this.notifications.notify(tx, workerIntentChannel, id);
  }

  /** Resolves when the command has ended, when notices were missed, and when the signal aborts. */
  nextEnd(commandId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(commandId) ?? new Set();
      this.#waiting.set(commandId, waiting);
      const finish = (): void => {
        waiting.delete(finish);
        if (waiting.size === 0 && this.#waiting.get(commandId) === waiting) this.#waiting.delete(commandId);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      waiting.add(finish);
      signal.addEventListener('abort', finish, { once: true });
      if (signal.aborted) finish();
    });
  }

  #wake(commandId: string): void {
    const sets =
      commandId === ''
        ? [...this.#waiting.values()]
        : [this.#waiting.get(commandId) ?? new Set<() => void>()];
    for (const waiting of sets) for (const finish of [...waiting]) finish();
  }
}
