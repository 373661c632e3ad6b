import type { CheckResult, CommandState, CommandVerb, HostCheck } from '@ironwheel/contracts';

/** A row of `commands`, as SQL answers it. */
export interface CommandRow {
  readonly id: string;
  readonly server_id: string;
  readonly agent_id: string | null;
  readonly generation: number;
  readonly verb: CommandVerb;
  readonly checks: HostCheck[] | null;
  readonly state: CommandState;
  readonly actor: string;
  readonly reason: string | null;
  readonly issued_at: Date;
  readonly hold_until: Date | null;
  readonly expires_at: Date;
  readonly delivered_at: Date | null;
  readonly accepted_at: Date | null;
  readonly finished_at: Date | null;
  readonly ended_attempts: string[];
  readonly results: CheckResult[] | null;
  readonly detail: string | null;
}

/** What a command has to know of its server. */
export interface CommandTarget {
  readonly server_id: string;
  readonly server_name: string;
  readonly archived_at: Date | null;
  readonly agent_id: string | null;
  readonly last_seen_at: Date | null;
  /** Some controller that is alive holds the agent's socket. */
  readonly is_connected: boolean;
}
