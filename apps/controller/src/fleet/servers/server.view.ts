import { hostLoadSchema, processStates, type ServerView, type WorkerView } from '@ironwheel/contracts';
import { z } from 'zod';
import { listProblems } from './list-problems.ts';
import type { ServerListRow } from './server.row.ts';

const stateSchema = z.object({ process_state: z.enum(processStates) });

const toLink = (row: ServerListRow): ServerView['link_state'] =>
  row.agent_id === null ? 'never' : row.is_connected ? 'connected' : 'lost';

/** What an agent told of the process holds while its link does. */
const toProcess = (row: ServerListRow): ServerView['process_state'] =>
  row.is_connected ? (stateSchema.safeParse(row.agent_state).data?.process_state ?? 'unknown') : 'unknown';

/** `worker`: the one that is matched with it. */
export function toServerView(row: ServerListRow, worker: WorkerView | null): ServerView {
  const [link, process] = [toLink(row), toProcess(row)];
  return {
    server_id: row.id,
    name: row.name,
    pool: row.pool,
    description: row.description,
    address: row.address,
    labels: row.labels,
    link_state: link,
    process_state: process,
    heartbeat_state: worker?.heartbeat_state ?? 'none',
    runtime_match: worker === null ? 'unmatched' : 'matched',
    matched_by: worker === null ? null : 'key',
    worker_id: worker?.worker_id ?? null,
    agent: toAgent(row),
    load: hostLoadSchema.safeParse(row.agent_load).data ?? null,
    problems: listProblems({ row, link, process, worker }),
    revision: row.revision,
    created_at: row.created_at.toISOString(),
    archived_at: row.archived_at?.toISOString() ?? null,
  };
}

function toAgent(row: ServerListRow): ServerView['agent'] {
  if (row.agent_id === null || row.agent_enrolled_at === null) return null;
  return {
    agent_id: row.agent_id,
    version: row.agent_version ?? '',
    hostname: row.agent_hostname ?? '',
    machine_id: row.agent_machine_id,
    remote_addr: row.agent_remote_addr,
    enrolled_at: row.agent_enrolled_at.toISOString(),
    last_seen_at: row.agent_last_seen_at?.toISOString() ?? null,
  };
}
