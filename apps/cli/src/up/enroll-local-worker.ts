import { createdTokenSchema } from '@ironwheel/contracts';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ControllerClient } from '../client/controller-client.ts';
import { CliError, exitCodes } from '../cli-error.ts';
import { cleanText } from '../output/clean-text.ts';
import { findWorker } from './wait-ready.ts';

const identitySchema = z.object({ worker_id: z.string(), name: z.string() });
const tokenLifeS = 600;

export interface EnrollOptions {
  readonly client: ControllerClient;
  readonly agentScript: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
  readonly url: string;
}

/** The worker of this data directory: the one that is enrolled already, else a new one. Returns its id. */
export async function enrollLocalWorker(options: EnrollOptions): Promise<string> {
  const known = await findIdentity(options.stateDirectory);
  if (known !== null) {
    const worker = await findWorker(options.client, known.worker_id);
    if (worker !== null && worker.revoked_at === null) return known.worker_id;
  }
  const first = await tryEnroll(options, 'local');
  // The name may belong to a worker whose key is gone, for example after its state directory was removed.
  const outcome = first.ok ? first : await tryEnroll(options, `local-${randomBytes(3).toString('hex')}`);
  const identity = outcome.ok ? await findIdentity(options.stateDirectory) : null;
  if (identity !== null) return identity.worker_id;
  throw new CliError(`The local worker could not be enrolled: ${outcome.text}`, {
    exitCode: exitCodes.refused,
    code: 'CLI_ENROLLMENT_FAILED',
    hint: `Its directory is ${options.stateDirectory}; without a local worker: ironwheel up --no-agent`,
  });
}

async function findIdentity(stateDirectory: string): Promise<z.infer<typeof identitySchema> | null> {
  const text = await readFile(join(stateDirectory, 'worker.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = identitySchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/** The enrolment token is good for some minutes, and travels on standard input: never in argv or the environment. */
async function tryEnroll(options: EnrollOptions, name: string): Promise<{ ok: boolean; text: string }> {
  const created = await options.client.post('/api/tokens', createdTokenSchema, {
    body: { name: `enrolment of ${name}`, role: 'worker', expires_in_s: tokenLifeS },
  });
  try {
    const args = [
      'enroll',
      '--url',
      options.url,
      '--state-dir',
      options.stateDirectory,
      '--name',
      name,
      '--force',
    ];
    const child = spawn(process.execPath, [options.agentScript, ...args], {
      env: { ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let text = '';
    const take = (part: unknown): void => void (text = (text + String(part)).slice(-4000));
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${created.token}\n`);
    const [code] = (await once(child, 'close')) as [number | null];
    return { ok: code === 0, text: cleanText(text).trim() };
  } finally {
    await options.client.delete(`/api/tokens/${encodeURIComponent(created.token_id)}`);
  }
}
