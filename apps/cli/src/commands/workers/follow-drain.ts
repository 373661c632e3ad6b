import { workerViewSchema } from '@ironwheel/contracts';
import { exitCodes, type ExitCode } from '../../cli-error.ts';
import type { ControllerClient } from '../../client/controller-client.ts';
import { cleanLine } from '../../output/clean-text.ts';
import type { Output } from '../../output/output.ts';
import { pause } from '../../pause.ts';
import { describeDrain } from './describe-worker.ts';
import { workerPath } from './find-worker.ts';

const everyMs = 1000;

/** Tells of each step of a drain until nothing is left, somebody ends it, or its deadline passes. */
export async function followDrain(
  client: ControllerClient,
  id: string,
  output: Output,
  isJson: boolean,
): Promise<ExitCode> {
  const never = new AbortController().signal;
  let told = '';
  for (;;) {
    const worker = await client.get(workerPath(id), workerViewSchema);
    const text = describeDrain(worker);
    const isOver = text === null || worker.drain?.drained === true || worker.drain?.overdue === true;
    const now = [
      text ?? `is ${worker.desired_state}: the drain was ended`,
      ...(worker.drain?.blockers ?? []),
    ];
    if (!isJson && now.join('; ') !== told) output.note(cleanLine(`${worker.name} ${now.join('; ')}`));
    told = now.join('; ');
    if (isOver) {
      if (isJson) output.json(worker);
      return worker.drain?.drained === true ? exitCodes.done : exitCodes.failed;
    }
    await pause(everyMs, never);
  }
}
