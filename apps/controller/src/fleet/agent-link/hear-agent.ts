import { agentCloseCodes, type AgentMessage } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Clock, Metrics } from '../../platform/index.ts';
import { AgentBeats } from './agent-beats.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentConnections } from './agent-connections.ts';
import { AgentMessages } from './agent-messages.ts';
import { GreetAgent } from './greet-agent.ts';
import { LinkOwner } from './link-owner.ts';
import { readAgentMessage } from './read-message.ts';

/** Who says too much is sent away for this long, in seconds. */
const tooLoudRetryS = 30;

/** What is said on a socket, from its first frame to its end. */
@Injectable()
export class HearAgent {
  readonly #unknown;
  readonly #logger: StructuredLogger;

  constructor(
    private readonly connections: AgentConnections,
    private readonly greetAgent: GreetAgent,
    private readonly beats: AgentBeats,
    private readonly messages: AgentMessages,
    private readonly owner: LinkOwner,
    private readonly clock: Clock,
    metrics: Metrics,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'agent-link' });
    this.#unknown = metrics.counter({
      name: 'agent_messages_unknown_total',
      help: 'Messages of agents of a type that this controller does not know.',
    });
  }

  take(connection: AgentConnection): void {
    this.connections.add(connection);
  }

  lose(connection: AgentConnection): void {
    connection.endProbe(false);
    connection.state = 'closing';
    if (this.connections.remove(connection)) this.beats.forget(connection.agentId);
    this.owner.release(connection);
  }

  hear(connection: AgentConnection, text: string): void {
    if (connection.state === 'closing') return;
    if (!connection.hear(this.clock.now().getTime())) {
      connection.close(agentCloseCodes.retryLater, 'Too many messages.', tooLoudRetryS);
      return;
    }
    const read = readAgentMessage(text);
    switch (read.kind) {
      case 'malformed':
        connection.closeMalformed(read.why);
        return;
      case 'unknown-type':
        this.#unknown.inc();
        return;
      case 'unsupported':
        this.#run(connection, this.greetAgent.refuseVersion(connection, read.version));
        return;
      case 'message':
        this.#take(connection, read.message);
    }
  }

  #take(connection: AgentConnection, message: AgentMessage): void {
    if (message.type === 'agent:hello') {
      if (connection.hasSaidHello) {
        connection.closeMalformed('a second hello');
        return;
      }
      connection.hasSaidHello = true;
      this.#run(connection, this.greetAgent.greet(connection, message));
      return;
    }
    if (!connection.hasSaidHello) {
      connection.closeMalformed('the first message is no hello');
      return;
    }
    if (message.type === 'agent:ping') connection.send({ type: 'controller:pong', n: message.n });
    else if (message.type === 'agent:pong') connection.takePong(message.n);
    // While it is looked at, or when a newer socket took its place, nothing that it tells counts.
    else if (connection.state === 'linked' && this.connections.isCurrent(connection))
      this.#act(connection, message);
  }

  #act(
    connection: AgentConnection,
    message: Exclude<AgentMessage, { type: 'agent:hello' | 'agent:ping' | 'agent:pong' }>,
  ): void {
    const { agentId, serverId } = connection;
    const at = this.clock.now();
    switch (message.type) {
      case 'agent:send-heartbeat':
        this.#run(connection, this.beats.receive({ agentId, at, state: message.state, load: message.load }));
        return;
      case 'agent:report-units':
        this.#run(connection, this.beats.receive({ agentId, at, state: message.state, load: null }));
        return;
      case 'agent:report-command':
        if (message.state !== null) {
          this.#run(connection, this.beats.receive({ agentId, at, state: message.state, load: null }));
        }
        void this.messages.tellCommand({ agentId, serverId }, message);
        return;
      case 'agent:accept-command':
        void this.messages.tellCommand({ agentId, serverId }, message);
    }
  }

  /** The database is away, or a defect: the agent comes back. */
  #run(connection: AgentConnection, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#logger.error('a message of an agent could not be followed', {
        agent_id: connection.agentId,
        error,
      });
      connection.close(agentCloseCodes.retryLater, 'The controller could not look at this now.', 5);
    });
  }
}
