import { agentCloseCodes } from '@ironwheel/contracts';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { WebSocket } from 'ws';
import { collectGarbage, ShutdownSignal } from '../../platform/index.ts';
import { AgentBeats } from './agent-beats.ts';
import { AgentConnections } from './agent-connections.ts';
import { agentLinkSection } from './agent-link.section.ts';
import { LinkOwner } from './link-owner.ts';

/** Longest wait for the agents' side of the close, in milliseconds. */
const closeMs = 2000;

/** The clockwork of all sockets: sweeps them, and closes them when the controller stops. */
@Injectable()
export class AgentGateway implements OnModuleInit, BeforeApplicationShutdown {
  readonly #handshakesPerS: number;
  readonly #logger: StructuredLogger;

  constructor(
    private readonly connections: AgentConnections,
    private readonly beats: AgentBeats,
    private readonly owner: LinkOwner,
    private readonly shutdown: ShutdownSignal,
    config: LoadedConfig,
    logger: StructuredLogger,
  ) {
    this.#handshakesPerS = config.get(agentLinkSection).AGENT_HANDSHAKE_RATE;
    this.#logger = logger.child({ component: 'agent-link' });
  }

  onModuleInit(): void {
    this.shutdown.signal.addEventListener('abort', () => this.#sendAway(), { once: true });
  }

  @Interval(1000)
  sweep(): void {
    this.connections.sweep(this.beats.intervalS * 1000);
    if (this.connections.rush.isOver()) collectGarbage();
  }

  /** The HTTP server ends only when every socket has. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#sendAway();
    const left = this.connections.all().map(({ socket }) => socket);
    await Promise.all(left.map((socket) => untilClosed(socket)));
    await this.beats.flush();
    await this.owner.leave().catch((error: unknown) => {
      this.#logger.warn('the links of this controller stay until another sweeps them', { error });
    });
  }

  /** Spread over the time that the next controller needs to let all of them in. */
  #sendAway(): void {
    const spreadS = Math.max(3, (2 * this.connections.size) / this.#handshakesPerS);
    for (const connection of this.connections.all()) {
      const retryAfterS = Math.round((1 + Math.random() * spreadS) * 10) / 10;
      connection.close(agentCloseCodes.retryLater, 'The controller stops; come back later.', retryAfterS);
    }
  }
}

function untilClosed(socket: WebSocket): Promise<void> {
  if (socket.readyState === socket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), closeMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
