import { defineSection, integerText } from '@ironwheel/config';

/** Bounds of the agents' websocket (docs/contracts.md, Agent websocket). */
export const agentLinkSection = defineSection({
  AGENT_CONNECTIONS_MAX: {
    schema: integerText(1, 1_000_000),
    default: '20000',
    description: 'Most sockets of agents that this controller holds; more are sent away.',
  },
  AGENT_CONNECTIONS_PER_ADDRESS_MAX: {
    schema: integerText(1, 1_000_000),
    default: '1000',
    description: 'Most of them from one address.',
  },
  AGENT_HANDSHAKE_RATE: {
    schema: integerText(1, 100_000),
    default: '500',
    unit: '1/s',
    description: 'Agents that are let in within one second; the others are told when to come back.',
  },
  AGENT_HEARTBEAT_MIN_S: {
    schema: integerText(1, 3600),
    default: '10',
    unit: 's',
    description:
      'Shortest interval of the heartbeats of agents; it grows by one second for each 1000 agents.',
  },
});
