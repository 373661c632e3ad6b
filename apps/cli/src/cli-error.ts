import type { ErrorBody } from '@ironwheel/contracts';

/** Exit codes of every command (docs/cli.md, Exit codes). */
export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, unreachable: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface CliErrorFacts {
  readonly exitCode: ExitCode;
  /** Stable code: the controller's own, or one of this program (`CLI_…`). */
  readonly code: string;
  /** What to do about it, as one sentence. */
  readonly hint?: string;
  /** The controller's answer, when it was one. */
  readonly body?: ErrorBody;
  readonly cause?: unknown;
}

/** An error that people are told in one sentence, without a stack. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly hint: string | null;
  readonly body: ErrorBody | null;

  constructor(message: string, facts: CliErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'CliError';
    this.exitCode = facts.exitCode;
    this.code = facts.code;
    this.hint = facts.hint ?? null;
    this.body = facts.body ?? null;
  }
}

export const usageError = (message: string, hint?: string): CliError =>
  new CliError(message, {
    exitCode: exitCodes.usage,
    code: 'CLI_USAGE',
    ...(hint === undefined ? {} : { hint }),
  });
