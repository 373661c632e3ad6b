import { agentCloseCodes } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, Database, NotificationBus, type SqlExecutor } from '../../platform/index.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentConnections } from './agent-connections.ts';
import { AgentsRepository } from './agents.repository.ts';
import { LinksRepository } from './links.repository.ts';

const channel = 'agent_link';
/** How long an old socket has to show that somebody is still at its other end. */
const probeMs = 5000;

const words = {
  revoked: 'The key of this agent was revoked, or its server was archived.',
  cloned: 'Two machines use the key of this agent; an operator must look.',
} as const;
type Cut = keyof typeof words;

/**
 * What controllers tell each other of sockets, by NOTIFY: `taken` when an agent has a newer one, `cut` when it may not
 * have any. Who missed a notice looks into the tables.
 */
@Injectable()
export class LinkNotices implements OnModuleInit {
  readonly #logger: StructuredLogger;

  constructor(
    private readonly notifications: NotificationBus,
    private readonly database: Database,
    private readonly connections: AgentConnections,
    private readonly agents: AgentsRepository,
    private readonly links: LinksRepository,
    private readonly clock: Clock,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'agent-link' });
  }

  async onModuleInit(): Promise<void> {
    await this.notifications.listen(channel, (payload) => this.#hear(payload));
  }

  /** Sends when `tx` commits; this controller hears it as well. */
  async tellCut(tx: SqlExecutor, agentId: string, cut: Cut): Promise<void> {
    await this.notifications.notify(tx, channel, `cut ${agentId} ${cut}`);
  }

  /** For the controller that held the socket before. */
  async tellTaken(agentId: string, epoch: number, bootId: string | null): Promise<void> {
    await this.notifications.notify(this.database, channel, `taken ${agentId} ${epoch} ${bootId ?? ''}`);
  }

  /**
   * An older socket gives way to a newer one of the same machine. One of another run of the machine must be dead by
   * now: when it still answers, two machines have the key.
   */
  async giveWay(old: AgentConnection, newBootId: string | null): Promise<void> {
    const isSameRun = old.bootId === null || newBootId === null || old.bootId === newBootId;
    if (!isSameRun && old.state === 'linked') {
      if (await old.isAnswering(this.clock.now().getTime(), probeMs)) {
        await this.raiseCloned(
          old.agentId,
          `Two running machines use this key (boot ids ${String(old.bootId)} and ${newBootId}); was the host cloned? Provision each anew.`,
        );
        return;
      }
      old.socket.terminate();
      return;
    }
    old.close(agentCloseCodes.replaced, 'A newer connection of this agent took its place.');
  }

  /** Both are cut off wherever they are, and nothing is granted to the workers beside them. */
  async raiseCloned(agentId: string, reason: string): Promise<void> {
    const isNews = await this.database.transaction(async (tx) => {
      const marked = await this.agents.markCloned(tx, agentId, reason, this.clock.now());
      await this.tellCut(tx, agentId, 'cloned');
      return marked;
    });
    if (isNews) this.#logger.error('two machines use the key of one agent', { agent_id: agentId, reason });
  }

  #hear(payload: string): void {
    const [kind = '', agentId = '', ...rest] = payload.split(' ');
    if (kind === '') this.#run(this.#lookAround());
    else if (kind === 'cut') this.#cut(agentId, rest[0] === 'revoked' ? 'revoked' : 'cloned');
    else if (kind === 'taken') {
      const old = this.connections.find(agentId);
      const [epoch, bootId = ''] = rest;
      if (old !== null && old.epoch < Number(epoch))
        this.#run(this.giveWay(old, bootId === '' ? null : bootId));
    }
  }

  #cut(agentId: string, cut: Cut): void {
    const code = cut === 'revoked' ? agentCloseCodes.revoked : agentCloseCodes.cloned;
    for (const connection of this.connections.allOf(agentId)) connection.close(code, words[cut]);
  }

  /** Notices may have been missed. */
  async #lookAround(): Promise<void> {
    const held = this.connections.held();
    if (held.length === 0) return;
    for (const { id, cut } of await this.agents.findCutOff(held.map(({ agentId }) => agentId)))
      this.#cut(id, cut);
    for (const agentId of await this.links.findOutdated(held)) {
      const old = this.connections.find(agentId);
      if (old !== null) await this.giveWay(old, null);
    }
  }

  #run(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.#logger.error('a notice of a socket could not be followed', { error }),
    );
  }
}
