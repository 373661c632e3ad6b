import type { PlanDocument } from '@ironwheel/contracts';
import type { ControllerClient } from '../../client/controller-client.ts';
import { cleanLine } from '../../output/clean-text.ts';
import type { Output } from '../../output/output.ts';
import type { ResultRow } from '../run-results.ts';
import type { SavedWheel } from './fetch-wheel.ts';
import { fillWheelhouse } from './fill-wheelhouse.ts';
import { listWheels } from './list-wheels.ts';

export interface WheelhouseOptions {
  readonly directory: string;
  /** Take what there is, although it is not all. */
  readonly isPartial: boolean;
  readonly isJson: boolean;
}

/**
 * The wheelhouse of a run that has ended. False: something is missing, it was listed, and nothing was downloaded.
 * Throws `CliError`.
 */
export async function makeWheelhouse(
  client: ControllerClient,
  plan: PlanDocument,
  rows: readonly ResultRow[],
  options: WheelhouseOptions,
  output: Output,
): Promise<boolean> {
  const { wheels, problems } = listWheels(plan, rows);
  const { directory, isJson } = options;
  if (problems.length > 0 && !options.isPartial) {
    if (isJson) output.json({ event: 'wheelhouse_refused', directory, problems });
    else output.note('No wheelhouse was made: these are missing in it (--partial makes one without them).');
    if (!isJson) for (const problem of problems) output.note(`  ${cleanLine(problem)}`);
    return false;
  }
  let count = 0;
  const onSaved = (saved: SavedWheel): void => {
    count += 1;
    if (isJson) output.json({ event: 'saved', ...saved });
    else output.note(cleanLine(`[${count}/${wheels.length}] ${describeSaved(saved)}`));
  };
  const target = `${plan.python_tag} ${plan.platform_tag}`;
  const saved = await fillWheelhouse(client, wheels, directory, { target, problems, onSaved });
  if (isJson) output.json({ event: 'wheelhouse', directory, wheels: saved.length, problems });
  else output.note(describeEnd(saved, problems, directory));
  return true;
}

function describeSaved({ filename, sha256, existed, replaced, was_stated: wasStated }: SavedWheel): string {
  const done = existed ? 'kept' : replaced ? 'replaced' : 'saved';
  const remarks = [
    ...(replaced ? ['a file with other bytes was there'] : []),
    ...(wasStated ? [] : [`its index states no SHA-256; recorded ${sha256}`]),
  ];
  return `${done} ${filename}${remarks.length === 0 ? '' : ` (${remarks.join('; ')})`}`;
}

const describeEnd = (
  saved: readonly SavedWheel[],
  problems: readonly string[],
  directory: string,
): string => {
  const state = problems.length === 0 ? 'closed' : `without ${problems.length} that are missing`;
  return `${directory}: ${saved.length} wheels, ${state}; requirements.txt there tells how to install them.`;
};
