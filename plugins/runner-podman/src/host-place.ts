import { findBuildDriverDirectory, RunnerError, type RunnerProbe } from '@ironwheel/plugin-kit';
import { copyFile, mkdir, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { imageOf, type RunnerPodmanConfig } from './config.ts';
import { findHostForm, type FoundForm } from './find-host-form.ts';
import { readPipSettings, type PipSettings } from './pip-settings.ts';
import { complaintOf, type PodmanCli } from './podman-cli.ts';

const infoSchema = z.object({
  host: z.object({
    cgroupVersion: z.string(),
    ociRuntime: z.object({ name: z.string() }).optional(),
    security: z.object({ rootless: z.boolean(), selinuxEnabled: z.boolean().default(false) }),
  }),
  version: z.object({ Version: z.string() }).optional(),
});

/** All that is known of this host as a place for containers. */
export interface HostPlace {
  readonly image: string;
  readonly digest: string;
  readonly driver: string;
  readonly user: string;
  readonly found: FoundForm;
  readonly pip: PipSettings;
  readonly facts: Readonly<Record<string, unknown>>;
}

type Problems = RunnerProbe['problems'];
export interface HostExploration {
  readonly place: HostPlace | null;
  readonly problems: Problems;
}

const failed = (code: string, text: string): HostExploration => ({ place: null, problems: [{ code, text }] });

/** The driver is copied: its own directory may lie where a container's runtime cannot go, or must not be relabelled. */
const copyDriver = async (config: RunnerPodmanConfig, workDirectory: string): Promise<string | null> => {
  const source = config.driverDirectory ?? findBuildDriverDirectory(import.meta.url);
  if (source === null) return null;
  const target = join(workDirectory, 'driver');
  await mkdir(target, { recursive: true });
  await chmod(target, 0o755);
  const file = join(target, 'ironwheel_build.py');
  await copyFile(join(source, 'ironwheel_build.py'), file);
  await chmod(file, 0o644);
  return target;
};

const describeLimits = ({ form, place, limitsHold, complaints }: FoundForm): Problems => {
  const problems: { code: string; text: string }[] = [];
  const add = (code: string, text: string): number => problems.push({ code, text });
  if (!limitsHold.memory)
    add('MEMORY_NOT_ENFORCED', 'podman accepts a memory limit here, but it does not hold.');
  if (!limitsHold.pids)
    add('PIDS_NOT_ENFORCED', 'podman accepts a limit of processes here, but it does not hold.');
  if (!limitsHold.cpu)
    add('CPU_NOT_ENFORCED', 'podman accepts a limit of processors here, but it does not hold.');
  if (place.interfaces.some((name) => name !== 'lo')) {
    add('NETWORK_NOT_OFF', 'a container without a network still sees interfaces of the host.');
  }
  if (place.root_is_writable) add('FILESYSTEM_NOT_ENFORCED', 'a read-only container can write to its root.');
  if (form.online === null) {
    add('NETWORK_UNAVAILABLE', `no network could be given to containers: ${complaints.slice(-3).join('; ')}`);
  }
  return problems;
};

/** Asks podman and tries containers; everything that does not work comes back as a problem with what to do. */
export async function explorePlace(
  podman: PodmanCli,
  config: RunnerPodmanConfig,
  workDirectory: string,
  signal: AbortSignal,
): Promise<HostExploration> {
  const asked = await podman.run(['info', '--format', 'json']);
  if (!asked.ok) return failed('PODMAN_UNAVAILABLE', `podman does not work here: ${complaintOf(asked)}`);
  const info = infoSchema.parse(JSON.parse(asked.stdout));
  const driver = await copyDriver(config, workDirectory);
  if (driver === null) return failed('DRIVER_MISSING', 'The build driver was not found; name its directory.');
  const image = imageOf(config);
  const inspected = await podman.run(['image', 'inspect', '--format', '{{.Id}}', image]);
  if (!inspected.ok) {
    const how =
      config.image === null
        ? `make it with: podman build -t ${image} -f images/${config.preset}/Containerfile images`
        : 'pull or load it; the runner never pulls';
    return failed('IMAGE_MISSING', `The image ${image} is not here; ${how}`);
  }
  const isRootless = info.host.security.rootless;
  const user = config.containerUser === 'auto' ? (isRootless ? '0:0' : '65534:65534') : config.containerUser;
  const found = await findHostForm({
    podman,
    config,
    image,
    driver,
    user,
    isRootless,
    isCgroupV2: info.host.cgroupVersion === 'v2',
    relabel: info.host.security.selinuxEnabled ? ',Z' : '',
    signal,
  });
  if (!('form' in found)) {
    return failed(
      'CONTAINER_UNSTARTABLE',
      `No container could be started: ${found.complaints.slice(-4).join('; ')}`,
    );
  }
  const facts = {
    podman: info.version?.Version ?? null,
    rootless: isRootless,
    cgroups: info.host.cgroupVersion,
    image,
    digest: inspected.stdout.trim(),
    options: found.form.base,
    network: found.form.online,
    container_user: user,
    capabilities: found.place.capabilities,
    interpreters: found.place.interpreters,
    refinery_build: found.place.refinery_build,
    complaints: found.complaints,
  };
  const pip = await readPipSettings(config.hostEnvironment);
  const place = { image, digest: inspected.stdout.trim(), driver, user, found, pip, facts };
  return { place, problems: describeLimits(found) };
}

/** @throws {RunnerError} with the code of the first problem, when there is no place. */
export const placeOrThrow = ({ place, problems }: HostExploration): HostPlace => {
  if (place === null) {
    throw new RunnerError(
      problems[0]?.code ?? 'RUNNER_UNAVAILABLE',
      problems[0]?.text ?? 'podman is not usable',
    );
  }
  return place;
};
