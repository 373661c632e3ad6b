import type { HintView } from '@ironwheel/contracts';
import { callController, type TestWorker } from '@ironwheel/testing';
import { target } from './build-rows.ts';
import { WrittenLog } from './log-rows.ts';
import type { Room } from './room.ts';

export interface FailedAttempt {
  readonly attemptId: string;
  readonly jobId: string;
}

/** An attempt that fails with these lines, which are its log and what its worker tells of it. */
export async function failWith(
  room: Room,
  worker: TestWorker,
  name: string,
  lines: readonly string[],
): Promise<FailedAttempt> {
  const claim = await worker.claim(name, '5.3.0', target);
  await new WrittenLog(room.controller, claim).write(`${lines.join('\n')}\n`, true);
  const answer = await callController(
    room.controller,
    'POST',
    `/api/attempts/${claim.attempt_id}/result`,
    claim.attempt_token,
    {
      fencing: claim.fencing,
      status: 'failed',
      phase: 'build',
      error: {
        code: 'HEADER_MISSING',
        message: 'A header is missing.',
        lines: lines.map((text, index) => ({ line_no: index + 1, text })),
      },
      artifacts: [],
      phases: [],
      runner: 'stub',
      duration_s: 1,
      log: { bytes: 0, truncated: false, dropped_bytes: 0 },
    },
  );
  if (answer.status !== 200) throw new Error(`the result was refused: ${JSON.stringify(answer.body)}`);
  return { attemptId: claim.attempt_id, jobId: claim.job.job_id };
}

const known = 'src/lxml/etree.c:96:10: fatal error: libxml/xmlversion.h: No such file or directory';
const strange = 'src/lxml/etree.c:12:4: fatal error: strange/thing.h: No such file or directory';

/** A failure that a hint of the catalogue knows, and another of the same job, after that hint, that none knows. */
export async function addTwoFailures(
  room: Room,
): Promise<{ readonly mended: FailedAttempt; readonly unknown: FailedAttempt }> {
  const worker = await room.workers.add('anvil');
  const mended = await failWith(room, worker, 'lxml', ["building 'lxml.etree' extension", known]);
  const unknown = await failWith(room, worker, 'lxml', ["building 'lxml.etree' extension", strange]);
  return { mended, unknown };
}

/** A hint of a person. */
export const addHint = (room: Pick<Room, 'api'>, change: Readonly<Record<string, unknown>> = {}) =>
  room.api<HintView & Record<string, unknown>>('POST', '/hints', {
    pattern: 'fatal error: foo\\.h',
    recipes: { apt: ['libfoo-dev'], dnf: ['foo-devel'] },
    ...change,
  });

/** A log of `bytes` bytes at least, whose failure stands in the middle. */
export function longLog(bytes: number, failure: string): { readonly text: string; readonly line: number } {
  const quiet = Array.from({ length: Math.ceil(bytes / 120) }, (_, index) =>
    `cc -O2 -c part-${String(index).padStart(7, '0')}.c -o part.o`.padEnd(59, '.'),
  );
  return { text: [...quiet, failure, ...quiet].join('\n'), line: quiet.length + 1 };
}
