export { AgentMessages, type CommandMessage, type LinkedAgent } from './agent-messages.ts';
export { agentLinkSection } from './agent-link.section.ts';
export { AgentsService } from './agents.service.ts';
