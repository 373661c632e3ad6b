import { planDocumentSchema, type ComputePlan, type PlanDocument } from '@ironwheel/contracts';
import type { ControllerClient } from '../client/controller-client.ts';
import { usageError } from '../cli-error.ts';
import type { Output } from '../output/output.ts';
import type { CollectedInputs } from './collect-inputs.ts';
import type { InputOptions } from './input-options.ts';
import { readRules } from './read-rules.ts';
import { uploadInputs, type UploadProgress } from './upload-inputs.ts';

const planTimeoutMs = 15 * 60_000;

/** Uploads what must be and has the controller make the plan; with `enqueue` the builds are queued at once. */
export async function computePlan(
  client: ControllerClient,
  inputs: CollectedInputs,
  options: InputOptions,
  enqueue: boolean,
  output?: Output,
): Promise<PlanDocument> {
  const rules = await readRules(options);
  const inputIds = await uploadInputs(client, inputs.files, (progress) => {
    if (output !== undefined && options.json !== true) noteUpload(progress, output);
  });
  const body = {
    ...(inputIds.length === 0 ? {} : { input_ids: inputIds }),
    ...(inputs.requirements.length === 0 ? {} : { requirements: [...inputs.requirements] }),
    ...(inputs.constraints.length === 0 ? {} : { constraints: [...inputs.constraints] }),
    ...(options.python === undefined ? {} : { python_version: options.python }),
    ...(options.platform === undefined ? {} : { platform_tag: options.platform }),
    ...rules,
    ...(options.pool === undefined ? {} : { pool: options.pool }),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
    rebuild: options.rebuild === true,
    enqueue,
  } satisfies ComputePlan;
  return client.post('/api/plan/compute', planDocumentSchema, { body, timeoutMs: planTimeoutMs });
}

/** Few files are there at once; of many, people want to see how it goes on. */
function noteUpload({ done, total }: UploadProgress, output: Output): void {
  if (total > 10) output.note(`${done} of ${total} files handed in`);
}

/** A `--platform` of the wrong form is told before anything is uploaded. */
export function checkTarget(options: InputOptions): void {
  if (options.platform !== undefined && !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(options.platform)) {
    throw usageError(`"${options.platform}" is no platform tag.`, 'For example: manylinux_2_28_s390x');
  }
}
