import type { AgentMessage, ControllerMessage } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { AgentConnections } from './agent-connections.ts';

export type CommandMessage = Extract<AgentMessage, { type: 'agent:accept-command' | 'agent:report-command' }>;

export interface LinkedAgent {
  readonly agentId: string;
  readonly serverId: string;
}

/** What the rooms beside this one do with agents: send to one that this controller holds, and hear what it answers. */
@Injectable()
export class AgentMessages {
  readonly #logger: StructuredLogger;
  #onCommand: (agent: LinkedAgent, message: CommandMessage) => Promise<void> = () => Promise.resolve();
  #onLinked: (agent: LinkedAgent) => void = () => undefined;

  constructor(
    private readonly connections: AgentConnections,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'agent-link' });
  }

  /** Hands in who hears of commands, and of agents that have just been linked. Called once. */
  bind(listener: {
    onCommand(agent: LinkedAgent, message: CommandMessage): Promise<void>;
    onLinked(agent: LinkedAgent): void;
  }): void {
    this.#onCommand = (agent, message) => listener.onCommand(agent, message);
    this.#onLinked = (agent) => listener.onLinked(agent);
  }

  /** Agents whose sockets this controller holds. */
  linked(): string[] {
    return this.connections.held().map(({ agentId }) => agentId);
  }

  isHeldHere(agentId: string): boolean {
    return this.connections.find(agentId)?.state === 'linked';
  }

  /** False when this controller does not hold its socket. */
  send(agentId: string, message: ControllerMessage): boolean {
    const connection = this.connections.find(agentId);
    return connection?.state === 'linked' && connection.send(message);
  }

  tellLinked(agent: LinkedAgent): void {
    this.#onLinked(agent);
  }

  async tellCommand(agent: LinkedAgent, message: CommandMessage): Promise<void> {
    try {
      await this.#onCommand(agent, message);
    } catch (error) {
      // The agent says it again with its next connection.
      this.#logger.error('what an agent said of a command could not be noted', {
        error,
        server_id: agent.serverId,
        command_id: message.command_id,
      });
    }
  }
}
