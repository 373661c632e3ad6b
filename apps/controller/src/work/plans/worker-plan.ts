import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import { planSnapshotSchema, type ComputePlan, type PlanSnapshot } from '@ironwheel/contracts';
import { fetch } from 'undici';
import { z } from 'zod';
import { AppError, authSection, ShutdownSignal } from '../../platform/index.ts';
import { plansSection } from './plans.section.ts';

const maxAnswerBytes = 16 * 1024 * 1024;
const answerSchema = z.object({ run_id: z.unknown(), plan: z.unknown() });

/** Plans made by the worker that WORKER_PLAN_URL names (seed 004). */
@Injectable()
export class WorkerPlan {
  readonly #url: string | undefined;
  readonly #token: string | undefined;
  readonly #timeoutS: number;

  constructor(
    private readonly shutdown: ShutdownSignal,
    config: LoadedConfig,
  ) {
    const settings = config.get(plansSection);
    this.#url = settings.WORKER_PLAN_URL;
    this.#timeoutS = settings.PLAN_TIMEOUT_S;
    this.#token = config.get(authSection).WORKER_TOKEN;
  }

  get isConfigured(): boolean {
    return this.#url !== undefined;
  }

  /** Throws PLAN_WORKER_UNREACHABLE; PLAN_UNRESOLVABLE when the worker says that no plan can be made. */
  async compute(body: ComputePlan, gone: AbortSignal): Promise<PlanSnapshot> {
    // What becomes of the plan is decided here, not there.
    const { status, text } = await this.#post({ ...body, enqueue: false }, gone);
    if (status === 422) {
      throw new AppError('PLAN_UNRESOLVABLE', `The worker could not make a plan: ${describe(text)}`);
    }
    if (status < 200 || status > 299) throw unreachable(`it answered with status ${status}`);
    try {
      const { run_id, plan } = answerSchema.parse(JSON.parse(text));
      return planSnapshotSchema.parse({ run_id, plan });
    } catch (cause) {
      if (!(cause instanceof SyntaxError) && !(cause instanceof z.ZodError)) throw cause;
      throw unreachable('its answer is no plan', cause);
    }
  }

  async #post(body: ComputePlan, gone: AbortSignal): Promise<{ status: number; text: string }> {
    const url = this.#url ?? '';
    const timeout = AbortSignal.timeout(this.#timeoutS * 1000);
    try {
      const response = await fetch(url.endsWith('/plan') ? url : `${url}/plan`, {
        method: 'POST',
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          ...(this.#token === undefined ? {} : { 'x-worker-token': this.#token }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.any([timeout, gone, this.shutdown.signal]),
      });
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        bytes += chunk.byteLength;
        if (bytes > maxAnswerBytes) throw unreachable(`its answer is larger than ${maxAnswerBytes} bytes`);
        chunks.push(chunk);
      }
      return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw unreachable(timeout.aborted ? 'it did not answer in time' : 'the connection failed', cause);
    }
  }
}

const unreachable = (why: string, cause?: unknown): AppError =>
  new AppError('PLAN_WORKER_UNREACHABLE', `The worker of WORKER_PLAN_URL made no plan: ${why}.`, {
    ...(cause === undefined ? {} : { cause }),
  });

/** The `detail` of an error's body, short. */
function describe(text: string): string {
  try {
    const { detail } = z.object({ detail: z.string() }).parse(JSON.parse(text));
    return detail.slice(0, 500);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    return 'it gave no reason.';
  }
}
