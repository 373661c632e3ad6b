import { access, statfs } from 'node:fs/promises';
import { leastNodeMajor, type CheckResult } from '@ironwheel/contracts';
import { readHealthFile } from '../worker/health-file.ts';
import { toCheck, type DoctorHost } from './check.ts';

const units = ['ironwheel-agent.service', 'ironwheel-worker.service'] as const;
const rulesFile = '/etc/polkit-1/rules.d/60-ironwheel.rules';
const pasteAgain =
  'Paste the install line of the server again (`ironwheel servers bundle NAME`); it repairs.';
const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

export function checkNode(version: string, path: string): CheckResult {
  const isNew = Number(version.split('.')[0]) >= leastNodeMajor;
  const isAtHome = /^\/(?:home|root)\//.test(path);
  return toCheck(
    'node',
    isNew && !isAtHome,
    `Node ${version} at ${path}`,
    `Node ${leastNodeMajor} or later, outside home directories`,
    'Import a runtime on the controller (`ironwheel runtime import`), then paste the install line of the server again.',
  );
}

export async function checkUnits(host: DoctorHost): Promise<CheckResult[]> {
  return Promise.all(
    units.map(async (unit) => {
      const shown = await host.run('systemctl', [
        'show',
        '-p',
        'LoadState,ActiveState,SubState,NRestarts',
        unit,
      ]);
      const facts = new Map(
        (shown?.stdout ?? '').split('\n').map((line) => line.split('=') as [string, string]),
      );
      const state = `${facts.get('ActiveState') ?? 'unknown'}/${facts.get('SubState') ?? 'unknown'}`;
      const isThere = facts.get('LoadState') === 'loaded';
      return toCheck(
        unit,
        isThere && state === 'active/running',
        shown === null
          ? 'no systemctl here'
          : isThere
            ? `${state}, ${facts.get('NRestarts') ?? '?'} restarts`
            : 'not installed',
        'active/running',
        isThere ? `systemctl start ${unit}; if it ends again: journalctl -u ${unit} -n 50` : pasteAgain,
      );
    }),
  );
}

export async function checkDisk(host: DoctorHost): Promise<CheckResult> {
  const found = await statfs(host.workerDirectory).catch(() => null);
  const free = found === null ? 0 : found.bavail * found.bsize;
  return toCheck(
    'disk',
    free >= host.minFreeDiskBytes,
    found === null
      ? `${host.workerDirectory} cannot be read`
      : `${gib(free)} free at ${host.workerDirectory}`,
    `${gib(host.minFreeDiskBytes)} (WORKER_MIN_FREE_DISK_BYTES)`,
    found === null ? pasteAgain : 'Free some space, or put a larger disk there.',
  );
}

export async function checkPodman(host: DoctorHost): Promise<CheckResult> {
  const answer = await host.run(host.podman, ['--version']);
  return toCheck(
    'podman',
    answer?.code === 0,
    answer?.stdout.trim() || 'it is not installed',
    'podman',
    'Install it: apt-get install podman, or dnf install podman.',
  );
}

/** By what the worker wrote down: only it can try its own podman, in its own control group. */
export async function checkWorkerHealth(host: DoctorHost): Promise<CheckResult[]> {
  const health = await readHealthFile(host.workerDirectory).catch(() => null);
  if (health === null) {
    const measured = 'the worker has told nothing (it never ran, or this is not root)';
    return [
      toCheck('limits', false, measured, 'limits that hold', 'Start the worker, and run doctor as root.'),
    ];
  }
  const others = health.problems.filter(({ code }) => code !== 'LIMITS_NOT_ENFORCED');
  const memory = health.enforces?.memory === true;
  const pids = health.enforces?.pids === true;
  const mend =
    health.problems.find(({ code }) => code === 'LIMITS_NOT_ENFORCED')?.text ??
    'This host builds without them (WORKER_ALLOW_UNENFORCED_LIMITS); it should not build for others.';
  return [
    health.enforces === null
      ? toCheck(
          'limits',
          false,
          `no container could be tried at ${health.at}`,
          'limits that hold',
          'See `claims` below.',
        )
      : toCheck(
          'limits',
          memory && pids,
          `memory ${memory ? 'holds' : 'does not hold'}, processes ${pids ? 'hold' : 'do not hold'} (seen from a container)`,
          'memory and processes hold',
          mend,
        ),
    toCheck(
      'claims',
      others.length === 0,
      others.length === 0
        ? 'nothing stands in the way'
        : others.map(({ code, text }) => `${code}: ${text}`).join('; '),
      'no problem of the worker',
      others.map(({ text }) => text).join(' '),
    ),
  ];
}

export async function checkPolkit(host: DoctorHost): Promise<CheckResult> {
  const hasRule = await access(rulesFile).then(
    () => true,
    () => false,
  );
  const shown = await host.run('systemctl', ['show', '-p', 'LoadState', 'polkit.service']);
  const hasPolkit = shown?.stdout.trim() === 'LoadState=loaded';
  return toCheck(
    'polkit',
    hasRule && hasPolkit,
    `polkit ${hasPolkit ? 'is there' : 'is missing or masked'}, the rule ${hasRule ? 'is there' : 'is missing or not readable'}`,
    'polkit and the rule that lets the supervisor start and stop the worker',
    hasPolkit
      ? `Run doctor as root; if the rule is missing: ${pasteAgain}`
      : 'Install it: apt-get install polkitd, or dnf install polkit.',
  );
}
