import { readFile } from 'node:fs/promises';
import type { RunnerPodmanConfig } from './config.ts';
import {
  confinement,
  driverMount,
  driverMountPoint,
  resourceOptions,
  type HostForm,
} from './container-options.ts';
import { readPlace, type ContainerPlace } from './container-place.ts';
import { complaintOf, containerStartMs, type PodmanCli } from './podman-cli.ts';

export interface FoundForm {
  readonly form: HostForm;
  readonly place: ContainerPlace;
  readonly limitsHold: { readonly memory: boolean; readonly pids: boolean; readonly cpu: boolean };
  readonly complaints: readonly string[];
}

const trialMemory = 192 * 1024 * 1024;
const trial = { memoryBytes: trialMemory, pids: 77, cpus: 0.5 };

/**
 * Hard limits that a container is started with when podman's own defaults are refused: none higher than ours, since
 * raising one needs CAP_SYS_RESOURCE. The second form is for hosts where even that is too much for the runtime.
 */
const ulimitForms = async (): Promise<(readonly string[])[]> => {
  const text = await readFile('/proc/self/limits', 'utf8');
  const hardOf = (label: string, most: number): number => {
    const value = new RegExp(`^${label}\\s+\\S+\\s+(\\S+)`, 'm').exec(text)?.[1];
    return value === undefined || value === 'unlimited' ? most : Math.min(Number(value), most);
  };
  return [16_384, 2_048].map((most) => {
    const files = hardOf('Max open files', most);
    const processes = hardOf('Max processes', most);
    return [`--ulimit=nofile=${Math.min(1024, files)}:${files}`, `--ulimit=nproc=${processes}:${processes}`];
  });
};

export interface TrialRequest {
  readonly podman: PodmanCli;
  readonly config: RunnerPodmanConfig;
  readonly image: string;
  readonly driver: string;
  readonly user: string;
  readonly isRootless: boolean;
  readonly isCgroupV2: boolean;
  readonly relabel: HostForm['relabel'];
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal;
}

const runPlace = async (
  request: TrialRequest,
  base: readonly string[],
  network: readonly string[],
): Promise<{ place: ContainerPlace | null; complaint: string }> => {
  const args = [
    'run',
    '--rm',
    `--timeout=${containerStartMs / 1000}`,
    ...base,
    ...network,
    ...confinement(request.user, request.config.tmpBytes),
    ...resourceOptions(trial),
    driverMount(request.driver, request),
    '--entrypoint=',
    request.image,
    'python3',
    `${driverMountPoint}/ironwheel_build.py`,
    'place',
  ];
  const result = await request.podman.run(args, 2 * containerStartMs, request.signal);
  return { place: result.ok ? readPlace(result.stdout) : null, complaint: complaintOf(result) };
};

const holds = (place: ContainerPlace): FoundForm['limitsHold'] => ({
  memory: place.memory_bytes === trialMemory,
  pids: place.pids === trial.pids,
  cpu: place.cpu !== null && !place.cpu.startsWith('max') && place.cpu !== '-1',
});

/** Ways to put a container into a control group whose limits hold; the first that podman does by itself. */
const groupsOf = ({ config, isCgroupV2, isRootless }: TrialRequest): readonly (readonly string[])[] => {
  if (config.cgroupParent !== null) return [[`--cgroup-parent=${config.cgroupParent}`]];
  return isCgroupV2 && isRootless ? [[], ['--cgroups=split']] : [[]];
};

const findNetwork = async (
  request: TrialRequest,
  base: readonly string[],
): Promise<{ online: readonly string[] | null; complaints: string[] }> => {
  const wanted = request.config.network;
  const own = request.isRootless ? [[]] : [['--network=bridge']];
  const candidates =
    wanted === 'auto'
      ? [...own, ['--network=slirp4netns'], ['--network=pasta'], ['--network=host']]
      : [[`--network=${wanted}`]];
  const complaints: string[] = [];
  for (const online of candidates) {
    const { place, complaint } = await runPlace(request, base, online);
    if (place !== null && place.routes > 0) return { online, complaints };
    complaints.push(`${online.join(' ') || 'default network'}: ${place === null ? complaint : 'no route'}`);
  }
  return { online: null, complaints };
};

/**
 * Starts small containers until one runs, from what podman would do by itself to what constrained hosts need, and
 * reads from inside which limits hold: podman ignores some without a word (docs: memory limits of rootless podman).
 */
export async function findHostForm(request: TrialRequest): Promise<FoundForm | { complaints: string[] }> {
  const complaints: string[] = [];
  const runtimes =
    request.config.runtime === 'auto'
      ? [[], ['--runtime=runc'], ['--runtime=crun']]
      : [[`--runtime=${request.config.runtime}`]];
  const ulimits = [[], ...(await ulimitForms())];
  let best: { base: readonly string[]; place: ContainerPlace } | null = null;
  for (const options of runtimes.flatMap((runtime) => ulimits.map((one) => [...runtime, ...one]))) {
    for (const group of groupsOf(request)) {
      const base = [...options, ...group];
      const { place, complaint } = await runPlace(request, base, ['--network=none']);
      if (place === null) complaints.push(`${base.join(' ') || 'plain'}: ${complaint}`);
      else if (best === null || (holds(place).memory && !holds(best.place).memory)) best = { base, place };
      if (place !== null && holds(place).memory) break;
    }
    if (best !== null) break;
  }
  if (best === null) return { complaints };
  const network = await findNetwork(request, best.base);
  return {
    form: {
      base: best.base,
      online: network.online,
      relabel: request.relabel,
      isRootless: request.isRootless,
    },
    place: best.place,
    limitsHold: holds(best.place),
    complaints: [...complaints, ...network.complaints],
  };
}
