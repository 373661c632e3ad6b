/** Exit codes of every subcommand (docs/contracts.md, Command line). */
export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, unreachable: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Errors of the agent itself, by who must act: all of these are for the operator of the host. */
export const agentErrors = {
  AGENT_USAGE: exitCodes.usage,
  AGENT_CONFIG_INVALID: exitCodes.usage,
  AGENT_ALREADY_ENROLLED: exitCodes.usage,
  AGENT_NOT_ENROLLED: exitCodes.usage,
  AGENT_STATE_LOCKED: exitCodes.usage,
  AGENT_PLUGIN_REFUSED: exitCodes.usage,
  AGENT_RUNNER_NOT_ALLOWED: exitCodes.usage,
} as const satisfies Record<string, ExitCode>;
export type AgentErrorCode = keyof typeof agentErrors;

export class AgentError extends Error {
  readonly code: AgentErrorCode;
  readonly exitCode: ExitCode;

  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AgentError';
    this.code = code;
    this.exitCode = agentErrors[code];
  }
}
