import type { AttemptView, JobView } from '@ironwheel/contracts';
import { writeAge } from '../../parts/write-time.ts';

/** A build with its job. */
export interface BuildFacts {
  readonly job: JobView;
  readonly attempt: AttemptView;
}

export interface Difference {
  readonly name: string;
  readonly here: string;
  readonly there: string;
}

const none = '–';

function toFacts({ job, attempt }: BuildFacts): Map<string, string> {
  return new Map([
    ['version', job.version],
    ['target', `${job.python_tag} ${job.platform_tag}`],
    ['worker', attempt.worker_name ?? attempt.worker_id],
    ['runner', attempt.runner ?? none],
    ['duration', attempt.duration_s === null ? none : writeAge(attempt.duration_s * 1000)],
    ['limits', JSON.stringify(job.adjustment ?? {})],
    ...Object.entries(attempt.environment).map(
      ([name, value]) =>
        [name.replaceAll('_', ' '), typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
  ]);
}

/** What is not the same of two builds, in the order in which it is told. */
export function listDifferences(here: BuildFacts, there: BuildFacts): Difference[] {
  const [now, then] = [toFacts(here), toFacts(there)];
  return [...new Set([...now.keys(), ...then.keys()])].flatMap((name) => {
    const [left, right] = [now.get(name) ?? none, then.get(name) ?? none];
    return left === right ? [] : [{ name, here: left, there: right }];
  });
}
