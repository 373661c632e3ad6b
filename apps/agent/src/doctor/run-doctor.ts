import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { CheckResult } from '@ironwheel/contracts';
import { createLogger } from '@ironwheel/logging';
import { checkEnrollment, checkKeyFiles, checkToken } from './check-enrollment.ts';
import {
  checkDisk,
  checkNode,
  checkPodman,
  checkPolkit,
  checkUnits,
  checkWorkerHealth,
} from './check-host.ts';
import type { DoctorHost } from './check.ts';

export async function runDoctor(host: DoctorHost): Promise<CheckResult[]> {
  const logger = createLogger({ service: 'doctor', level: 'silent' });
  const groups = await Promise.all([
    checkUnits(host),
    checkEnrollment(host, logger),
    checkKeyFiles(host),
    checkDisk(host).then((one) => [one]),
    checkPodman(host).then((one) => [one]),
    checkWorkerHealth(host),
    checkPolkit(host).then((one) => [one]),
    checkToken(host),
  ]);
  return [checkNode(process.versions.node, process.execPath), ...groups.flat()];
}

export const toText = (results: readonly CheckResult[]): string =>
  results
    .map(({ check, ok, measured, needed, mend }) =>
      ok
        ? `  ok    ${check}: ${measured}`
        : `  FAIL  ${check}: ${measured}\n        needed: ${needed}\n        mend: ${mend ?? ''}`,
    )
    .join('\n');

export const runProgram: DoctorHost['run'] = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout: 15_000 }, (error, stdout) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve(code === null ? null : { code, stdout });
    });
  });

/** The unit's own environment is not ours: its file is looked at. */
export async function readUnitToken(): Promise<string | null> {
  const text = await readFile('/etc/ironwheel/worker.env', 'utf8').catch(() => '');
  return /^CONTROL_PLANE_TOKEN=["']?([^"'\s]+)/m.exec(text)?.[1] ?? null;
}
