/** How containers must be started on this host; found by trial (`find-host-form.ts`). */
export interface HostForm {
  /** Options of every `podman run` here: runtime, ulimits, control group. */
  readonly base: readonly string[];
  /** Options for a step with the network; null: no network could be had. */
  readonly online: readonly string[] | null;
  /** Suffix of mounts where SELinux is on. */
  readonly relabel: '' | ',Z';
  readonly isRootless: boolean;
}

export const driverMountPoint = '/opt/ironwheel';

/** What holds for every container that runs code of a package: nothing of the host but its work directory. */
export const confinement = (user: string, tmpBytes: number): string[] => [
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--read-only',
  '--read-only-tmpfs=false',
  `--tmpfs=/tmp:rw,nosuid,nodev,mode=1777,size=${tmpBytes}`,
  `--user=${user}`,
  '--pull=never',
  '--hostname=ironwheel',
  '--http-proxy=false',
];

export const driverMount = (driver: string, form: Pick<HostForm, 'relabel'>): string =>
  `--volume=${driver}:${driverMountPoint}:ro${form.relabel === '' ? '' : ',z'}`;

export interface ResourceLimits {
  readonly memoryBytes: number;
  readonly pids: number;
  readonly cpus: number;
}

/** Swap is not allowed on top: `--memory-swap` is memory and swap together. */
export const resourceOptions = ({ memoryBytes, pids, cpus }: ResourceLimits): string[] => [
  `--memory=${memoryBytes}b`,
  `--memory-swap=${memoryBytes}b`,
  `--pids-limit=${pids}`,
  `--cpus=${cpus}`,
];
