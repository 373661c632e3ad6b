import { agentCloseCodes, agentLink } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { Clock, Metrics } from '../../platform/index.ts';
import type { AgentConnection } from './agent-connection.ts';
import type { HeldLink } from './links.repository.ts';
import { RushWatch } from './rush-watch.ts';

/** The sockets of this controller: all of them, and by agent the one that counts. */
@Injectable()
export class AgentConnections {
  readonly rush = new RushWatch();
  readonly #all = new Set<AgentConnection>();
  readonly #current = new Map<string, AgentConnection>();

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.gauge({
      name: 'agent_connections',
      help: 'Sockets of agents that this controller holds.',
      collect: (gauge) => gauge.set(this.#all.size),
    });
  }

  get size(): number {
    return this.#all.size;
  }

  add(connection: AgentConnection): void {
    this.#all.add(connection);
    this.rush.opened();
  }

  /** The socket that counts for its agent from now on; returns the one before. */
  makeCurrent(connection: AgentConnection): AgentConnection | null {
    const before = this.#current.get(connection.agentId) ?? null;
    this.#current.set(connection.agentId, connection);
    return before;
  }

  /** True when it was the one that counted. */
  remove(connection: AgentConnection): boolean {
    this.#all.delete(connection);
    if (this.#current.get(connection.agentId) !== connection) return false;
    return this.#current.delete(connection.agentId);
  }

  find(agentId: string): AgentConnection | null {
    return this.#current.get(agentId) ?? null;
  }

  isCurrent(connection: AgentConnection): boolean {
    return this.#current.get(connection.agentId) === connection;
  }

  all(): AgentConnection[] {
    return [...this.#all];
  }

  /** Every socket of an agent, also one that is only greeting or being probed. */
  allOf(agentId: string): AgentConnection[] {
    return [...this.#all].filter((connection) => connection.agentId === agentId);
  }

  held(): HeldLink[] {
    return [...this.#current.values()].map(({ agentId, epoch, remoteAddr }) => ({
      agentId,
      epoch,
      remoteAddr,
    }));
  }

  /**
   * Ends what is silent for three intervals or never said hello, asks what was silent for one and a half, and ends the
   * probes whose time is over. One walk for all of them.
   */
  sweep(intervalMs: number): void {
    const now = this.clock.now().getTime();
    for (const connection of this.#all) {
      const silentMs = now - connection.lastHeardMs;
      if (connection.isProbeOver(now)) connection.endProbe(false);
      if (connection.state === 'greeting') {
        if (!connection.hasSaidHello && now - connection.openedMs > agentLink.helloWithinMs) {
          connection.close(agentCloseCodes.malformed, 'No hello came in time.');
        }
      } else if (silentMs > agentLink.silentIntervals * intervalMs) {
        // Its end of the connection is gone or cut off: a closing handshake would wait for nobody.
        connection.socket.terminate();
      } else if (connection.state === 'linked' && silentMs > 1.5 * intervalMs) connection.ping();
    }
  }
}
