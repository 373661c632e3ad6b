import type { DoctorView, JobBlockView, ServerView, WorkerView } from '@ironwheel/contracts';
import type { LinkedKind } from '../../app/links.ts';
import { toWorkerState } from '../workers/worker-state.ts';

/** One thing that waits for a person. */
export interface Need {
  readonly id: string;
  /** `act`: work stands still because of it; `look`: it may. */
  readonly weight: 'act' | 'look';
  readonly title: string;
  readonly detail: string;
  /** Wheels that wait for it, as far as that is known. */
  readonly holdsUp: number;
  readonly link: { readonly kind: LinkedKind; readonly id: string } | null;
}

export interface QueueFact {
  readonly package: string;
  readonly blocked_by?: JobBlockView | null | undefined;
  readonly holds_up?: number | undefined;
}

export interface NeedFacts {
  readonly claims: { readonly paused: boolean; readonly reason: string | null } | undefined;
  readonly queue: readonly QueueFact[];
  readonly workers: readonly WorkerView[];
  readonly servers: readonly ServerView[];
  /** Not known to viewers. */
  readonly doctor: DoctorView | undefined;
}

/** Blocks that end by themselves are nobody's task. */
const blocksForPeople: Readonly<Record<string, string>> = {
  no_worker_in_pool: 'Jobs of a pool without a worker',
  no_worker_for_target: 'Jobs for a target that no worker builds for',
  too_little_memory: 'Jobs that need more memory than any worker has',
  pool_archived: 'Jobs of an archived pool',
  workers_not_ready: 'Jobs whose workers are all out of work',
};

/** Everything that needs a person: what stands still first, then by how much waits for it. */
export function listNeeds(facts: NeedFacts): Need[] {
  const needs = [
    ...needOfClaims(facts),
    ...needsOfDoctor(facts.doctor),
    ...needsOfQueue(facts.queue),
    ...facts.workers.flatMap(needOfWorker),
    ...facts.servers.flatMap(needOfServer),
  ];
  return needs.sort(
    (left, right) =>
      Number(left.weight === 'look') - Number(right.weight === 'look') || right.holdsUp - left.holdsUp,
  );
}

function needOfClaims({ claims, queue }: NeedFacts): Need[] {
  if (claims?.paused !== true) return [];
  return [
    {
      id: 'claims',
      weight: 'act',
      title: 'All claims are paused',
      detail: claims.reason ?? 'No reason was given.',
      holdsUp: queue.length,
      link: null,
    },
  ];
}

const needsOfDoctor = (doctor: DoctorView | undefined): Need[] =>
  (doctor?.checks ?? [])
    .filter(({ ok }) => !ok)
    .map(({ check, measured, mend }) => ({
      id: `doctor ${check}`,
      weight: 'act' as const,
      title: `The controller’s own check “${check.replaceAll('_', ' ')}” fails`,
      detail: mend === null ? measured : `${measured}. ${mend}`,
      holdsUp: 0,
      link: null,
    }));

function needsOfQueue(queue: readonly QueueFact[]): Need[] {
  const groups = new Map<string, QueueFact[]>();
  for (const item of queue) {
    const block = item.blocked_by;
    if (block === null || block === undefined || !Object.hasOwn(blocksForPeople, block.code)) continue;
    const key = `${block.code} ${block.text}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].map(([key, items]) => {
    const block = items[0]?.blocked_by;
    return {
      id: `queue ${key}`,
      weight: 'act' as const,
      title: `${blocksForPeople[block?.code ?? ''] ?? 'Jobs that nobody can take'} (${items.length})`,
      detail: `${block?.text ?? ''} For example ${items[0]?.package ?? ''}.`,
      holdsUp: items.length + items.reduce((sum, item) => sum + (item.holds_up ?? 0), 0),
      link: null,
    };
  });
}

function needOfWorker(worker: WorkerView): Need[] {
  const { status, note, needsPerson } = toWorkerState(worker);
  if (!needsPerson) return [];
  return [
    {
      id: worker.worker_id,
      weight: 'look',
      title: `Worker ${worker.name} is ${status === 'problem' ? 'unwell' : status}`,
      detail: note ?? '',
      holdsUp: 0,
      link: { kind: 'worker', id: worker.worker_id },
    },
  ];
}

function needOfServer(server: ServerView): Need[] {
  const [problem, ...others] = server.problems;
  if (problem === undefined) return [];
  return [
    {
      id: server.server_id,
      weight: 'look',
      title: `Server ${server.name}`,
      detail: problem.text + (others.length > 0 ? ` And ${others.length} more.` : ''),
      holdsUp: 0,
      link: { kind: 'server', id: server.server_id },
    },
  ];
}

/** The whole page in one sentence. */
export function writeVerdict(needs: readonly Need[]): string {
  const toDo = needs.filter(({ weight }) => weight === 'act').length;
  if (needs.length === 0) return 'Nothing needs you.';
  const things = needs.length === 1 ? 'One thing needs' : `${needs.length} things need`;
  const still =
    toDo === 0
      ? ''
      : toDo === needs.length
        ? ', and work stands still'
        : `; ${toDo} ${toDo === 1 ? 'holds' : 'hold'} up work`;
  return `${things} you${still}.`;
}
