import type { LinkState, ProcessState, WorkerView } from '@ironwheel/contracts';
import type { ServerListRow } from './server.row.ts';

export interface Problem {
  readonly code: string;
  readonly text: string;
}

interface Facts {
  readonly row: ServerListRow;
  readonly link: LinkState;
  readonly process: ProcessState;
  readonly worker: WorkerView | null;
}

const since = (time: string | null): string => (time === null ? '' : ` since ${time}`);

/** What of a server needs a person, in words; the most basic thing first. */
export function listProblems({ row, link, process, worker }: Facts): Problem[] {
  if (row.archived_at !== null) return [];
  if (!row.was_enrolled) {
    const text = `Nothing is installed on it yet; paste its install line there (\`ironwheel servers bundle ${row.name}\`).`;
    return [{ code: 'not_enrolled', text }];
  }
  return [...listAgentProblems(row, link, process), ...listWorkerProblems(worker)];
}

function listAgentProblems(row: ServerListRow, link: LinkState, process: ProcessState): Problem[] {
  const problems: Problem[] = [];
  if (row.agent_cloned_at !== null) {
    const what = row.agent_link_problem?.text ?? 'Two machines use the key of its agent.';
    const text = `${what} Seen${since(row.agent_cloned_at.toISOString())}; install anew on the one that it is meant for.`;
    problems.push({ code: 'agent_cloned', text });
  } else if (row.agent_link_problem !== null) {
    const { code, text } = row.agent_link_problem;
    problems.push({ code: code.toLowerCase(), text });
  }
  if (link === 'never') {
    problems.push({
      code: 'agent_missing',
      text: 'No agent is enrolled for it; run its install line again.',
    });
  } else if (link === 'lost') {
    const text = `The link of its agent is lost${since(row.agent_last_seen_at?.toISOString() ?? null)}.`;
    problems.push({ code: 'link_lost', text });
  } else if (process === 'stopped') {
    problems.push({ code: 'process_stopped', text: 'Its worker is stopped; start it.' });
  } else if (process === 'unknown') {
    problems.push({ code: 'process_unknown', text: 'Its agent cannot tell how the worker is.' });
  }
  return problems;
}

function listWorkerProblems(worker: WorkerView | null): Problem[] {
  if (worker === null) return [{ code: 'unmatched', text: 'No worker is known to run on it.' }];
  const problems: Problem[] = [];
  if (worker.heartbeat_state === 'stale') {
    const text = `Its worker sends no heartbeat${since(worker.last_heartbeat_at)}.`;
    problems.push({ code: 'heartbeat_stale', text });
  } else if (worker.heartbeat_state === 'none') {
    problems.push({ code: 'heartbeat_none', text: 'Its worker has sent no heartbeat yet.' });
  }
  if (worker.quarantine !== null) {
    const { kind, reason, until } = worker.quarantine;
    const text = `Its worker is quarantined (${kind}${until === null ? '' : `, until ${until}`}): ${reason}`;
    problems.push({ code: 'worker_quarantined', text });
  }
  return [...problems, ...worker.problems];
}
