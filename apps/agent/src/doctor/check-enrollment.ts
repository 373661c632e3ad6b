import { stat } from 'node:fs/promises';
import type { CheckResult } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { request, type Agent } from 'undici';
import { ControllerError } from '../controller-link/controller-error.ts';
import { createHttpPool } from '../controller-link/http-pool.ts';
import { agentKeyPath, findAgentIdentity } from '../enroll/agent-identity.ts';
import { isKeyAccepted } from '../enroll/check-worker-key.ts';
import {
  findWorkerIdentity,
  keyPath,
  readWorkerKey,
  type WorkerIdentity,
} from '../enroll/worker-identity.ts';
import { toCheck, type DoctorHost } from './check.ts';

const maxClockOffsetS = 60;
const patienceMs = 15_000;
const newBundle = 'Make a new bundle (`ironwheel servers bundle NAME`) and paste its line.';

/** Keys for their own user only: neither the other user of ours nor anyone else may read one. */
export async function checkKeyFiles(host: DoctorHost): Promise<CheckResult[]> {
  const places = [
    ['supervisor key', agentKeyPath(host.agentDirectory)],
    ['worker key', keyPath(host.workerDirectory)],
  ] as const;
  const found = await Promise.all(places.map(([, path]) => stat(path).catch(() => null)));
  const owners = found.filter((file) => file !== null).map((file) => file.uid);
  const isShared = owners.length === 2 && owners[0] === owners[1];
  return places.map(([name, path], index) => {
    const file = found[index] ?? null;
    const mode = file === null ? null : file.mode & 0o777;
    const text =
      mode === null
        ? `${path} is not there, or this is not root`
        : `mode ${mode.toString(8)}, uid ${file?.uid}`;
    const ok = mode !== null && (mode & 0o077) === 0 && !isShared;
    return toCheck(
      name,
      ok,
      isShared ? `${text}, the same user as the other key` : text,
      'mode 600, a user of its own',
      mode === null
        ? newBundle
        : `chmod 600 ${path}; if it was readable for others, replace it. ${newBundle}`,
    );
  });
}

/** Enrolment, the way to the controller, and the clock. */
export async function checkEnrollment(host: DoctorHost, logger: StructuredLogger): Promise<CheckResult[]> {
  const worker = await findWorkerIdentity(host.workerDirectory).catch(() => null);
  const agent = await findAgentIdentity(host.agentDirectory).catch(() => null);
  if (worker === null) {
    return [
      toCheck(
        'enrolment',
        false,
        `no record in ${host.workerDirectory} that can be read`,
        'an enrolled worker',
        newBundle,
      ),
    ];
  }
  const reach = await reachController(worker);
  const results = [...reach.checks];
  if (!reach.isReachable) return results;
  const key = await readWorkerKey(host.workerDirectory).catch(() => null);
  const accepted = key === null ? 'unreadable' : await askController(worker, key, logger);
  const isOfOne = agent === null || agent.worker_id === undefined || agent.worker_id === worker.worker_id;
  const name = agent === null ? worker.name : `${agent.name} (${agent.server_id})`;
  results.push(
    toCheck(
      'enrolment',
      accepted === 'accepted' && isOfOne,
      isOfOne ? `${name}: the key is ${accepted}` : 'supervisor and worker are of two enrolments',
      'a key that the controller takes',
      accepted === 'unreadable' ? 'Run doctor as root.' : newBundle,
    ),
  );
  return results;
}

async function askController(
  worker: WorkerIdentity,
  privateKey: string,
  logger: StructuredLogger,
): Promise<'accepted' | 'refused' | 'not answered for'> {
  const key = {
    url: worker.url,
    workerId: worker.worker_id,
    privateKey,
    ...(worker.ca_file === undefined ? {} : { ca_file: worker.ca_file }),
  };
  try {
    return (await isKeyAccepted(key, logger)) ? 'accepted' : 'refused';
  } catch (error) {
    if (error instanceof ControllerError) return 'not answered for';
    throw error;
  }
}

async function reachController(
  worker: WorkerIdentity,
): Promise<{ readonly isReachable: boolean; readonly checks: CheckResult[] }> {
  const needed = 'an answer';
  try {
    const { status, date } = await askForDate(`${worker.url}/api/health/live`, worker.ca_file ?? null);
    const offsetS = Math.round((date - Date.now()) / 1000);
    const direction = offsetS > 0 ? 'behind' : 'ahead of';
    return {
      isReachable: true,
      checks: [
        toCheck(
          'controller',
          status < 500,
          `${worker.url} answers ${status}`,
          needed,
          'Look at the controller’s log.',
        ),
        toCheck(
          'clock',
          Math.abs(offsetS) <= maxClockOffsetS,
          `${Math.abs(offsetS)} s ${direction} the controller’s`,
          `at most ${maxClockOffsetS} s`,
          'Set it: timedatectl set-ntp true, or install chrony.',
        ),
      ],
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const mend =
      'Check the address, firewalls and the controller. If its certificate was replaced, paste a new install line.';
    return {
      isReachable: false,
      checks: [toCheck('controller', false, `${worker.url}: ${why}`, needed, mend)],
    };
  }
}

async function askForDate(url: string, caFile: string | null): Promise<{ status: number; date: number }> {
  const pool = createHttpPool({ caFile });
  try {
    const answer = await request(url, {
      dispatcher: pool,
      headersTimeout: patienceMs,
      bodyTimeout: patienceMs,
    });
    await answer.body.dump();
    return { status: answer.statusCode, date: Date.parse(String(answer.headers['date'])) };
  } finally {
    await pool.destroy();
  }
}

/** A worker needs no more than the role `worker`; an administrator's token on a build host is a prize. */
export async function checkToken(host: DoctorHost): Promise<CheckResult[]> {
  const worker = await findWorkerIdentity(host.workerDirectory).catch(() => null);
  if (host.token === null || worker === null) return [];
  let pool: Agent | null = null;
  try {
    pool = createHttpPool({ caFile: worker.ca_file ?? null });
    // Only an administrator may see the tokens.
    const answer = await request(`${worker.url}/api/tokens?limit=1`, {
      dispatcher: pool,
      headers: { authorization: `Bearer ${host.token}` },
      headersTimeout: patienceMs,
    });
    await answer.body.dump();
    const isAdmin = answer.statusCode === 200;
    return [
      toCheck(
        'token',
        !isAdmin,
        isAdmin ? 'CONTROL_PLANE_TOKEN is an administrator’s' : 'CONTROL_PLANE_TOKEN is no administrator’s',
        'a token of role worker, or none: the worker has a key',
        'Take CONTROL_PLANE_TOKEN out of /etc/ironwheel/worker.env, and revoke it: it has been on a build host.',
      ),
    ];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      toCheck(
        'token',
        false,
        `it could not be asked about: ${why}`,
        'an answer',
        'Mend the way to the controller first.',
      ),
    ];
  } finally {
    await pool?.destroy();
  }
}
