import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic } from '../state/state-files.ts';
import type { HealthReport } from './health-gate.ts';

const healthFileSchema = z.object({
  at: z.string(),
  ok: z.boolean(),
  problems: z.array(z.object({ code: z.string(), text: z.string() })),
  /** Null before the runner was tried, or where it cannot build. */
  enforces: z.object({ memory: z.boolean(), pids: z.boolean() }).nullable(),
});
export type HealthFile = z.output<typeof healthFileSchema>;

const pathIn = (stateDirectory: string): string => join(stateDirectory, 'health.json');

/** What the worker found out about its host, for `doctor`: only the worker can try its own podman. */
export const readHealthFile = (stateDirectory: string): Promise<HealthFile | null> =>
  readJsonFile(pathIn(stateDirectory), healthFileSchema);

/** Writes when there is news, so that a healthy worker does not write all the time. */
export class HealthFileWriter {
  readonly #path: string;
  #written = '';

  constructor(stateDirectory: string) {
    this.#path = pathIn(stateDirectory);
  }

  async write(report: HealthReport, enforces: HealthFile['enforces']): Promise<void> {
    const facts = { ok: report.ok, problems: [...report.problems], enforces };
    const text = JSON.stringify(facts);
    if (text === this.#written) return;
    const file: HealthFile = { at: new Date().toISOString(), ...facts };
    await writeFileAtomic(this.#path, `${JSON.stringify(file)}\n`, 0o600);
    this.#written = text;
  }
}
