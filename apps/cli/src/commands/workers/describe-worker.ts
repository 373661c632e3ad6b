import type { WorkerActionAnswer, WorkerView } from '@ironwheel/contracts';
import type { Output } from '../../output/output.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { formatAge } from '../../output/duration.ts';

const until = (time: string | null): string => (time === null ? '' : ` until ${time}`);
const why = (reason: string | null): string => (reason === null || reason === '' ? '' : `: ${reason}`);

/** What is wanted of a worker, in few words: `active`, `paused, quarantine`. */
export const describeIntent = (worker: WorkerView): string =>
  [
    worker.desired_state === 'active' && worker.draining ? 'stopping' : worker.desired_state,
    ...(worker.quarantine === null ? [] : ['quarantine']),
  ].join(', ');

/** The state of a drain: what it waits for, and whether that takes too long. */
export function describeDrain({ drain }: WorkerView): string | null {
  if (drain === null) return null;
  if (drain.drained) return 'drained: nothing is left';
  const count = drain.blockers.length;
  return `waits for ${count} build${count === 1 ? '' : 's'}${drain.overdue ? ', overdue' : ''}`;
}

/** All that `show` prints, one fact a line. */
export function printWorker(worker: WorkerView, output: Output): void {
  const { desired, quarantine } = worker;
  const lines: (readonly [string, string | null])[] = [
    ['worker', `${worker.name} (${worker.worker_id})`],
    ['pool', worker.pool],
    ['heartbeat', `${worker.heartbeat_state}, ${formatAge(worker.last_heartbeat_at)} ago`],
    ['wanted', `${worker.desired_state}${until(desired.until)}${why(desired.reason)}`],
    ['by', desired.by === null ? null : `${desired.by}, ${formatAge(desired.at)} ago`],
    ['drain', describeDrain(worker)],
    [
      'quarantine',
      quarantine === null ? null : `${quarantine.kind}${until(quarantine.until)}${why(quarantine.reason)}`,
    ],
    [
      'server',
      worker.server_id === null
        ? `unmatched: ${worker.match_reason ?? ''}`
        : `${worker.server_id}, by ${worker.matched_by ?? ''}`,
    ],
    ['host', [worker.hostname, worker.remote_addr ?? ''].join(' ').trim()],
    ['version', worker.version],
    ['runner', worker.capabilities?.runner ?? null],
    ['slots', worker.slots === null ? null : `${worker.slots.used}/${worker.slots.total}`],
    ['pythons', worker.capabilities?.python_tags.join(' ') ?? null],
    ['platforms', worker.capabilities?.platform_tags.join(' ') ?? null],
    ['revoked', worker.revoked_at],
    ...worker.problems.map((problem) => ['problem', problem.text] as const),
    ...(worker.drain?.blockers ?? []).map((blocker) => ['blocker', blocker] as const),
  ];
  for (const [name, text] of lines) if (text !== null) output.line(cleanLine(`${name.padEnd(11)} ${text}`));
}

/** What a worker holds, after what was done, or would be done, with it. */
export function printHeld({ held, dry_run: isDry }: WorkerActionAnswer, output: Output): void {
  if (held.length === 0) output.line('It holds no build.');
  else output.line(`It holds ${held.length} build(s)${isDry ? '' : ', which go on'}:`);
  for (const { text, phase, attempt_id: id } of held)
    output.line(cleanLine(`  ${text}${phase === null ? '' : `, phase ${phase}`} (${id})`));
}
