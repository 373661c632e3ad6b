import type { ServerView } from '@ironwheel/contracts';
import { cleanLine } from '../../output/clean-text.ts';
import { formatAge } from '../../output/duration.ts';
import type { Output } from '../../output/output.ts';

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

export function printServer(server: ServerView, output: Output): void {
  const say = (label: string, text: string): void => output.line(`${label.padEnd(12)} ${cleanLine(text)}`);
  const archived = server.archived_at === null ? '' : `, archived ${server.archived_at}`;
  output.line(cleanLine(`${server.name} (${server.server_id})${archived}`));
  say('pool', server.pool);
  if (server.description !== '') say('description', server.description);
  if (server.address !== '') say('address', server.address);
  for (const [label, value] of Object.entries(server.labels)) say('label', `${label}=${value}`);
  say('link', server.link_state);
  say('process', server.process_state);
  say('heartbeat', server.heartbeat_state);
  say(
    'match',
    server.matched_by === null ? server.runtime_match : `${server.runtime_match} by ${server.matched_by}`,
  );
  if (server.worker_id !== null) say('worker', server.worker_id);
  if (server.agent !== null) {
    const { agent_id: id, version, hostname, last_seen_at: seen } = server.agent;
    say('agent', `${id}, version ${version}, on ${hostname}, seen ${formatAge(seen)} ago`);
  }
  if (server.load !== null) {
    const {
      load1,
      cpus,
      memory_used_bytes: used,
      memory_total_bytes: total,
      disk_free_bytes: free,
    } = server.load;
    say(
      'load',
      `${load1} on ${cpus} processors, memory ${gib(used)} of ${gib(total)}, disk ${gib(free)} free`,
    );
  }
  for (const problem of server.problems) say('problem', problem.text);
  say('revision', String(server.revision));
}
