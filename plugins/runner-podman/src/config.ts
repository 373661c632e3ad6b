import { z } from 'zod';

export const containerPresets = ['rocky', 'fedora', 'ubuntu', 'debian'] as const;

export const runnerPodmanConfigSchema = z.strictObject({
  /** `PODMAN_BIN`: the program, by name or path. */
  podman: z.string().min(1).default('podman'),
  /** `CONTAINER_IMAGE`: an image of one's own; wins over the preset. */
  image: z.string().min(1).max(500).nullable().default(null),
  /** `CONTAINER_PRESET`: `localhost/ironwheel-<preset>:1`, made from `images/<preset>/Containerfile`. */
  preset: z.enum(containerPresets).default('debian'),
  /** `WORKER_RUN_CMD`: run by `sh` instead of `refinery-build`, with the step and `--work /work` behind it. */
  runCommand: z.string().min(1).max(4000).nullable().default(null),
  /** Directory of the build driver. Default: looked for beside the program. */
  driverDirectory: z.string().min(1).optional(),
  /** Network of the steps that may have one; `auto` tries podman's own, slirp4netns, pasta, then the host's. */
  network: z.string().min(1).max(100).default('auto'),
  /** OCI runtime; `auto` tries podman's own, then runc and crun. */
  runtime: z.string().min(1).max(200).default('auto'),
  /** Control group below which containers are made, where the worker has one delegated (cgroup v2, rootless). */
  cgroupParent: z.string().max(1000).nullable().default(null),
  /** User inside the container. `auto`: root when podman is rootless (that is the worker), else 65534. */
  containerUser: z.string().max(100).default('auto'),
  /**
   * The worker's environment, handed in because a plugin does not read it. podman itself gets it; containers get
   * pip's, proxy and certificate settings of it, in steps with the network, and nothing else.
   */
  hostEnvironment: z.record(z.string(), z.string()).default({}),
  /** Seconds between SIGTERM and SIGKILL. */
  stopGraceS: z.number().int().min(0).max(300).default(5),
  /** Bytes of `/tmp` of a container; it counts as memory. */
  tmpBytes: z.number().int().positive().default(268_435_456),
  /** Milliseconds that the installation of a recipe's system packages may take. */
  recipeTimeoutMs: z.number().int().positive().default(1_200_000),
});
export type RunnerPodmanConfig = z.output<typeof runnerPodmanConfigSchema>;

export const imageOf = (config: RunnerPodmanConfig): string =>
  config.image ?? `localhost/ironwheel-${config.preset}:1`;
