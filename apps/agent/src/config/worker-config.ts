import { addressText, defineSection, flagText, httpUrlText, integerText, listText } from '@ironwheel/config';
import { platformTagSchema } from '@ironwheel/contracts';
import { z } from 'zod';

export const runnerNames = ['podman', 'process', 'stub'] as const;
export type RunnerName = (typeof runnerNames)[number];

/** Keys of the worker, as seed 002 names them, and its own. */
export const workerSection = defineSection({
  CONTROL_PLANE_TOKEN: {
    schema: z.string(),
    secret: true,
    description:
      "Token of role `worker`, sent in place of the worker's own key. An administrator's token is refused.",
  },
  WORKER_TOKEN: {
    schema: z.string(),
    secret: true,
    description:
      'When set, the actions of the local HTTP endpoints need it (`X-Worker-Token`, `?token=`, cookie `worker_token`).',
  },
  WORKER_HTTP_ADDR: {
    schema: addressText,
    default: '127.0.0.1:0',
    description: 'Address of the local HTTP endpoints; port 0 takes a free one, which is logged.',
  },
  WORKER_SLOTS: {
    schema: integerText(1, 64),
    default: '1',
    description: 'Attempts that run at the same time.',
  },
  WORKER_POOL: {
    schema: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected a pool name'),
    description: 'Pool that claims are asked for; unset: the pool of the enrolment.',
  },
  WORKER_CLAIM_WAIT_S: {
    schema: integerText(1, 50),
    default: '30',
    unit: 's',
    description: 'How long one claim-next call waits for work.',
  },
  RUNNER: {
    schema: z.enum(runnerNames),
    default: 'podman',
    description:
      'Runner plugin: `podman`, `process` (contains nothing, for development) or `stub` (for tests).',
  },
  IRONWHEEL_ALLOW_PROCESS_RUNNER: {
    schema: flagText,
    default: 'false',
    description:
      'Allows `RUNNER=process`, which runs foreign code as the worker’s own user. `ironwheel up` sets it.',
  },
  WORKER_PYTHONS: {
    schema: listText,
    default: 'python3',
    description: 'Interpreters that runner-process builds with: names on the path, or paths.',
  },
  IRONWHEEL_DRIVER_DIR: {
    schema: z.string(),
    description: 'Directory of `ironwheel_build.py`; unset: beside the program.',
  },
  OUTPUT_DIR: {
    schema: z.string(),
    description:
      'Directory of `plan.json`, `manifest.json` and the kept logs (`logs/`); unset: none are kept.',
  },
  CACHE_DIR: {
    schema: z.string(),
    description: 'Directory of caches; `plan.json` is read from here when `OUTPUT_DIR` has none.',
  },
  PYTHON_VERSION: {
    schema: z.string().regex(/^3\.\d{1,2}(\.\d{1,3})?$/, 'expected a Python version such as 3.12'),
    description:
      'Only this interpreter is offered, and plans are made for it; unset: all that the runner has.',
  },
  PLATFORM_TAG: {
    schema: platformTagSchema,
    description:
      'Only this platform tag is offered, and plans are made for it; unset: all that the runner has.',
  },
  INDEX_URL: {
    schema: httpUrlText,
    description: "Package index for claims that name none; unset: the host's pip decides.",
  },
  EXTRA_INDEX_URL: {
    schema: listText,
    default: '',
    description: 'Further package indexes, beside INDEX_URL.',
  },
  CONTAINER_IMAGE: { schema: z.string(), description: 'Image of runner-podman; wins over CONTAINER_PRESET.' },
  CONTAINER_PRESET: {
    schema: z.string(),
    description: 'Image preset of runner-podman: `rocky`, `fedora`, `ubuntu`, `debian`.',
  },
  PODMAN_BIN: { schema: z.string(), default: 'podman', description: 'Program that runner-podman calls.' },
  WORKER_RUN_CMD: {
    schema: z.string(),
    description: 'Command that a runner starts in place of the build driver, with the same environment.',
  },
  RUNNER_TIMEOUT_SEC: {
    schema: integerText(1, 604_800),
    unit: 's',
    description: "Longest time of one phase; shortens the claim's own limit, never lengthens it.",
  },
  DRAIN_TIMEOUT_S: {
    schema: integerText(0, 604_800),
    default: '3600',
    unit: 's',
    description: 'How long running attempts may go on after SIGTERM before they are stopped.',
  },
  WORKER_MIN_FREE_DISK_BYTES: {
    schema: integerText(0, Number.MAX_SAFE_INTEGER),
    default: '2147483648',
    unit: 'bytes',
    description: 'With less free space in the state directory nothing is claimed.',
  },
  WORKER_MAX_CLOCK_OFFSET_S: {
    schema: integerText(1, 86_400),
    default: '300',
    unit: 's',
    description: "With a clock further than this from the controller's nothing is claimed.",
  },
  WORKER_LOG_SPOOL_MAX_BYTES: {
    schema: integerText(65_536, Number.MAX_SAFE_INTEGER),
    default: '268435456',
    unit: 'bytes',
    description: 'Log text that may wait on disk while the controller is away, over all attempts.',
  },
});
