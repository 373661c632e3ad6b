import { RunnerError, type StepRequest } from '@ironwheel/plugin-kit';
import type { RunnerPodmanConfig } from './config.ts';
import { confinement, driverMount, driverMountPoint, resourceOptions } from './container-options.ts';
import type { HostPlace } from './host-place.ts';

export const attemptLabel = 'ironwheel.attempt';
export const containerNameOf = (attemptId: string, step: string): string => `ironwheel-${attemptId}-${step}`;

/** What the step's container sees as its environment; written to a file, since arguments are visible to all. */
export const environmentOf = (request: StepRequest, place: HostPlace): Record<string, string> => {
  const environment = {
    ...request.environment,
    ...(request.network ? place.pip.environment : {}),
    HOME: '/tmp',
    LANG: 'C.UTF-8',
    IRONWHEEL_STEP: request.step,
    IRONWHEEL_DRIVER: `${driverMountPoint}/ironwheel_build.py`,
    ...(place.found.limitsHold.memory ? { IRONWHEEL_OWN_CGROUP: '1' } : {}),
  };
  for (const [key, value] of Object.entries(environment)) {
    if (/[\r\n\0]/.test(value) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      throw new RunnerError('ENVIRONMENT_INVALID', `the value of ${key} cannot be handed to a container`);
    }
  }
  return environment;
};

/** Command inside the container: the operator's own, the image's `refinery-build`, or the mounted driver. */
const commandOf = (request: StepRequest, config: RunnerPodmanConfig, place: HostPlace): string[] => {
  const args = [request.step, '--work', '/work'];
  if (config.runCommand !== null) return ['sh', '-c', `${config.runCommand} "$@"`, 'sh', ...args];
  if (place.found.place.refinery_build !== null) return ['refinery-build', ...args];
  return ['python3', `${driverMountPoint}/ironwheel_build.py`, ...args];
};

/** Arguments of `podman run` for a step. */
export const runArguments = (
  request: StepRequest,
  config: RunnerPodmanConfig,
  place: HostPlace,
  image: string,
  environmentFile: string,
): string[] => {
  const { form } = place.found;
  const { limits } = request;
  const network = request.network ? (form.online ?? ['--network=none']) : ['--network=none'];
  const readOnly = form.relabel === '' ? 'ro' : 'ro,z';
  const certificates = request.network
    ? place.pip.files.map(({ host, inside }) => `--volume=${host}:${inside}:${readOnly}`)
    : [];
  return [
    'run',
    '--detach',
    `--name=${containerNameOf(request.attemptId, request.step)}`,
    `--label=${attemptLabel}=${request.attemptId}`,
    '--log-driver=k8s-file',
    '--log-opt=max-size=1mb',
    `--timeout=${Math.max(1, Math.ceil(limits.timeoutMs / 1000))}`,
    `--stop-timeout=${config.stopGraceS}`,
    ...form.base,
    ...network,
    ...confinement(place.user, config.tmpBytes),
    ...resourceOptions(limits),
    `--ulimit=fsize=${limits.diskBytes}:${limits.diskBytes}`,
    '--ulimit=core=0:0',
    `--env-file=${environmentFile}`,
    `--volume=${request.workDirectory}:/work:rw${form.relabel}`,
    driverMount(place.driver, form),
    ...certificates,
    '--workdir=/work',
    '--entrypoint=',
    image,
    ...commandOf(request, config, place),
  ];
};
