import type { serverFilters } from '@ironwheel/contracts';

export interface ServerFilter {
  readonly filter: (typeof serverFilters)[number];
  readonly pool: string | undefined;
  /** Part of its name, address, description or host name. */
  readonly text: string | undefined;
  readonly isArchived: boolean;
  /** Heartbeats that were written down since then are fresh. */
  readonly freshSince: Date;
  /** Workers whose newest heartbeat is not written down yet: fresh as well. */
  readonly freshWorkers: readonly string[];
}

/**
 * The one place that says which worker belongs to which server: the one that was enrolled for it. Of several, the one that
 * was heard of last.
 */
const matchedWorker = `LATERAL (
  SELECT id, last_heartbeat_at, heartbeat, quarantined_at, enrolled_at FROM workers
  WHERE workers.server_id = servers.id AND workers.revoked_at IS NULL
  ORDER BY last_heartbeat_at DESC NULLS LAST, enrolled_at DESC, id LIMIT 1)`;

/** Servers with agent, link and worker, each joined once whatever the number of servers. */
export const serversWithState = `servers
  LEFT JOIN agents ON agents.server_id = servers.id AND agents.revoked_at IS NULL
  LEFT JOIN agent_links ON agent_links.agent_id = agents.id
  LEFT JOIN ${matchedWorker} AS worker ON true
  CROSS JOIN LATERAL (SELECT
    worker.id IS NOT NULL OR EXISTS (SELECT 1 FROM agents AS any_agent WHERE any_agent.server_id = servers.id) AS was_enrolled
  ) AS facts`;

export const serverColumns = `servers.*, agents.id AS agent_id, agents.version AS agent_version,
  agents.hostname AS agent_hostname, agents.machine_id AS agent_machine_id, agents.remote_addr AS agent_remote_addr,
  agents.enrolled_at AS agent_enrolled_at, agents.last_seen_at AS agent_last_seen_at,
  agents.cloned_at AS agent_cloned_at, agents.link_problem AS agent_link_problem, agents.state AS agent_state, agents.load AS agent_load,
  agent_links.agent_id IS NOT NULL AS is_connected, facts.was_enrolled, worker.id AS worker_id`;

const isOperational = `(agent_links.agent_id IS NOT NULL AND agents.cloned_at IS NULL
  AND agents.state ->> 'process_state' = 'running' AND worker.id IS NOT NULL
  AND (worker.last_heartbeat_at >= $4 OR worker.id = ANY ($5)))`;

/** What also needs a person while everything runs: the worker is quarantined, or says itself that it is not well. */
const workerNeedsAttention = `(worker.quarantined_at IS NOT NULL
  OR coalesce(jsonb_array_length(worker.heartbeat #> '{health,problems}'), 0) > 0)`;

const conditions: Readonly<Record<ServerFilter['filter'], string>> = {
  all: 'true',
  operational: `coalesce(${isOperational}, false)`,
  needs_attention: `facts.was_enrolled AND (NOT coalesce(${isOperational}, false) OR ${workerNeedsAttention})`,
  matched: 'worker.id IS NOT NULL',
  unmatched: 'worker.id IS NULL',
};

const escapePattern = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** Parameters $1 to $5, whichever of them the condition uses. */
export function toServersCondition(filter: ServerFilter): { text: string; parameters: unknown[] } {
  const pattern = filter.text === undefined ? null : `%${escapePattern(filter.text)}%`;
  return {
    text: `(servers.archived_at IS NOT NULL) = $1 AND ($2::text IS NULL OR servers.pool = $2)
      AND ($3::text IS NULL OR servers.name ILIKE $3 OR servers.address ILIKE $3 OR servers.description ILIKE $3
           OR agents.hostname ILIKE $3)
      AND $4::timestamptz IS NOT NULL AND $5::text[] IS NOT NULL AND ${conditions[filter.filter]}`,
    parameters: [
      filter.isArchived,
      filter.pool ?? null,
      pattern,
      filter.freshSince,
      [...filter.freshWorkers],
    ],
  };
}
