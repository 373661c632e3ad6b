import {
  inputViewSchema,
  planDocumentSchema,
  type ComputePlan,
  type PlanDocument,
} from '@ironwheel/contracts';
import { openAsBlob } from 'node:fs';
import { z } from 'zod';
import type { ControllerClient } from '../client/controller-client.ts';
import { usageError } from '../cli-error.ts';
import type { CollectedInputs, InputFile } from './collect-inputs.ts';
import type { InputOptions } from './input-options.ts';

const uploadTimeoutMs = 15 * 60_000;
const planTimeoutMs = 15 * 60_000;

const uploadAnswer = z.object({ items: z.array(inputViewSchema).min(1) });

/** Uploads one file as an input; returns its ids. */
async function uploadInput(client: ControllerClient, file: InputFile): Promise<string[]> {
  const form = new FormData();
  form.append('file', await openAsBlob(file.path), file.filename);
  const answer = await client.post('/api/inputs', uploadAnswer, { form, timeoutMs: uploadTimeoutMs });
  return answer.items.map((item) => item.input_id);
}

/** Uploads what must be and has the controller make the plan; with `enqueue` the builds are queued at once. */
export async function computePlan(
  client: ControllerClient,
  inputs: CollectedInputs,
  options: InputOptions,
  enqueue: boolean,
): Promise<PlanDocument> {
  const inputIds: string[] = [];
  for (const file of inputs.files) inputIds.push(...(await uploadInput(client, file)));
  const body = {
    ...(inputIds.length === 0 ? {} : { input_ids: inputIds }),
    ...(inputs.requirements.length === 0 ? {} : { requirements: [...inputs.requirements] }),
    ...(inputs.constraints.length === 0 ? {} : { constraints: [...inputs.constraints] }),
    ...(options.python === undefined ? {} : { python_version: options.python }),
    ...(options.platform === undefined ? {} : { platform_tag: options.platform }),
    ...(Array.isArray(options.binary) ? { no_binary: options.binary } : {}),
    ...(options.eager === true ? { strategy: 'eager' as const } : {}),
    ...(options.pool === undefined ? {} : { pool: options.pool }),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
    rebuild: options.rebuild === true,
    enqueue,
  } satisfies ComputePlan;
  return client.post('/api/plan/compute', planDocumentSchema, { body, timeoutMs: planTimeoutMs });
}

/** A `--platform` of the wrong form is told before anything is uploaded. */
export function checkTarget(options: InputOptions): void {
  if (options.platform !== undefined && !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(options.platform)) {
    throw usageError(`"${options.platform}" is no platform tag.`, 'For example: manylinux_2_28_s390x');
  }
}
