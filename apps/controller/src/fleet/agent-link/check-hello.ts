import { agentCloseCodes, agentLink } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/index.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentsRepository, type AgentHello, type AgentRow, type LinkProblem } from './agents.repository.ts';
import { LinkNotices } from './link-notices.ts';

/** Whether a hello is one that is welcomed; if not, the socket is closed with why, and an operator finds it with the server. */
@Injectable()
export class CheckHello {
  readonly #logger: StructuredLogger;

  constructor(
    private readonly agents: AgentsRepository,
    private readonly notices: LinkNotices,
    private readonly clock: Clock,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'agent-link' });
  }

  /** The agent; null when it was refused. */
  async check(connection: AgentConnection, hello: AgentHello): Promise<AgentRow | null> {
    const agent = await this.agents.find(connection.agentId);
    if (agent === null || hello.agent_id !== connection.agentId) {
      connection.closeMalformed('the hello is of another agent than the key');
      return null;
    }
    if (agent.revoked_at !== null) {
      connection.close(agentCloseCodes.revoked, 'The key of this agent was revoked.');
      return null;
    }
    if (agent.cloned_at !== null || isElsewhere(agent, hello)) {
      const reason = `The key of ${agent.server_name} was made on machine ${agent.machine_id ?? 'unknown'} and is used on machine ${hello.machine_id ?? 'unknown'} (${hello.hostname}) as well; was the host cloned? Provision each anew.`;
      await this.notices.raiseCloned(agent.id, reason);
      connection.close(
        agentCloseCodes.cloned,
        'Two machines use the key of this agent; an operator must look.',
      );
      return null;
    }
    const offsetMs = Date.parse(hello.now) - this.clock.now().getTime();
    if (Math.abs(offsetMs) > agentLink.maxClockOffsetMs) {
      const text = `The clock of ${hello.hostname} is ${Math.round(Math.abs(offsetMs) / 1000)} s ${offsetMs > 0 ? 'ahead of' : 'behind'} the controller's; set it, for example with chrony.`;
      await this.#note(connection, { code: 'CLOCK_OFFSET', text });
      connection.close(agentCloseCodes.clockOff, text);
      return null;
    }
    return agent;
  }

  async refuseVersion(connection: AgentConnection, version: number): Promise<void> {
    const text = `Protocol version ${version} of the agent is not spoken here, ${agentLink.protocolVersion} is; run the install line again.`;
    await this.#note(connection, { code: 'PROTOCOL_UNSUPPORTED', text });
    connection.close(agentCloseCodes.unsupported, text);
  }

  async #note(connection: AgentConnection, problem: LinkProblem): Promise<void> {
    const { code, text: detail } = problem;
    this.#logger.warn('an agent was refused', { agent_id: connection.agentId, code, detail });
    await this.agents.noteProblem(connection.agentId, problem, this.clock.now());
  }
}

const isElsewhere = (agent: AgentRow, hello: AgentHello): boolean =>
  agent.machine_id !== null && hello.machine_id !== null && agent.machine_id !== hello.machine_id;
