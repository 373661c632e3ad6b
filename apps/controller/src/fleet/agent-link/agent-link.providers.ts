import { AgentBeats } from './agent-beats.ts';
import { AgentConnections } from './agent-connections.ts';
import { AgentEndpoint } from './agent-endpoint.ts';
import { AgentGateway } from './agent-gateway.ts';
import { AgentMessages } from './agent-messages.ts';
import { AgentsRepository } from './agents.repository.ts';
import { AgentsService } from './agents.service.ts';
import { CheckHello } from './check-hello.ts';
import { GreetAgent } from './greet-agent.ts';
import { HearAgent } from './hear-agent.ts';
import { LinkNotices } from './link-notices.ts';
import { LinkOwner } from './link-owner.ts';
import { LinksRepository } from './links.repository.ts';
import { TakeLink } from './take-link.ts';

/** What the room needs to work; wired by `fleet.module.ts`. */
export const agentLinkProviders = [
  AgentBeats,
  AgentConnections,
  AgentEndpoint,
  AgentGateway,
  AgentMessages,
  AgentsRepository,
  AgentsService,
  CheckHello,
  GreetAgent,
  HearAgent,
  LinkNotices,
  LinkOwner,
  LinksRepository,
  TakeLink,
];
