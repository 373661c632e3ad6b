/** A row of `servers`, as SQL answers it. */
export interface ServerRow {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly description: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly revision: number;
  readonly generation: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly archived_at: Date | null;
}

/** With its agent that is not revoked, that agent's link, and the worker that is matched with it. */
export interface ServerListRow extends ServerRow {
  readonly agent_id: string | null;
  readonly agent_version: string | null;
  readonly agent_hostname: string | null;
  readonly agent_machine_id: string | null;
  readonly agent_remote_addr: string | null;
  readonly agent_enrolled_at: Date | null;
  readonly agent_last_seen_at: Date | null;
  readonly agent_cloned_at: Date | null;
  /** Why its last hello was refused; null once it was welcomed. */
  readonly agent_link_problem: { readonly code: string; readonly text: string } | null;
  /** What the agent told last; parsed by schema before it is shown. */
  readonly agent_state: unknown;
  readonly agent_load: unknown;
  readonly is_connected: boolean;
  /** Whether anything was ever enrolled for it. */
  readonly was_enrolled: boolean;
  readonly worker_id: string | null;
}
