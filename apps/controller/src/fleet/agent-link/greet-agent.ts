import { agentCloseCodes, agentLink } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/index.ts';
import { AgentBeats } from './agent-beats.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentConnections } from './agent-connections.ts';
import { AgentMessages } from './agent-messages.ts';
import type { AgentHello, AgentRow } from './agents.repository.ts';
import { CheckHello } from './check-hello.ts';
import { LinkNotices } from './link-notices.ts';
import { LinkOwner } from './link-owner.ts';
import { TakeLink } from './take-link.ts';

/** What follows from a hello that is good: the socket counts from now on, and older ones give way. */
@Injectable()
export class GreetAgent {
  constructor(
    private readonly checkHello: CheckHello,
    private readonly takeLink: TakeLink,
    private readonly owner: LinkOwner,
    private readonly connections: AgentConnections,
    private readonly notices: LinkNotices,
    private readonly beats: AgentBeats,
    private readonly messages: AgentMessages,
    private readonly clock: Clock,
  ) {}

  refuseVersion(connection: AgentConnection, version: number): Promise<void> {
    return this.checkHello.refuseVersion(connection, version);
  }

  async greet(connection: AgentConnection, hello: AgentHello): Promise<void> {
    const agent = await this.checkHello.check(connection, hello);
    if (agent === null) return;
    const taken = await this.takeLink.take(connection, hello);
    if (taken === null) {
      connection.close(agentCloseCodes.revoked, 'The key of this agent was revoked.');
      return;
    }
    connection.epoch = taken.epoch;
    connection.serverId = agent.server_id;
    connection.bootId = hello.boot_id;
    // It may have been cut off, or gone, while this was looked up.
    if (connection.state !== 'greeting') {
      this.owner.release(connection);
      return;
    }
    const before = this.connections.find(agent.id);
    if (taken.epoch === 0 || (before !== null && before.epoch > taken.epoch)) {
      connection.close(agentCloseCodes.replaced, 'A newer connection of this agent took its place.');
      return;
    }
    this.#welcome(connection, hello, agent);
    if (before !== null) await this.notices.giveWay(before, hello.boot_id);
    else if (taken.previous_controller !== null && taken.previous_controller !== this.owner.id) {
      await this.notices.tellTaken(agent.id, taken.epoch, hello.boot_id);
    }
  }

  #welcome(connection: AgentConnection, hello: AgentHello, agent: AgentRow): void {
    connection.state = 'linked';
    this.connections.makeCurrent(connection);
    this.beats.learn(agent.id, hello.state.process_state);
    connection.send({
      type: 'controller:welcome',
      protocol_version: agentLink.protocolVersion,
      heartbeat_interval_s: this.beats.intervalS,
      server: { server_id: agent.server_id, name: agent.server_name, pool: agent.pool },
      now: this.clock.now().toISOString(),
    });
    this.messages.tellLinked({ agentId: agent.id, serverId: agent.server_id });
  }
}
