import {
  addressText,
  defineSection,
  flagText,
  httpUrlText,
  integerText,
  listText,
  queueBackends,
  queuePlaceKeys,
} from '@ironwheel/config';
import { idSchema, packageOverridesText, planStrategies, platformTagSchema } from '@ironwheel/contracts';
import { z } from 'zod';

const runnerNames = ['podman', 'process', 'stub'] as const;

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
  WORKER_SERVER_ID: {
    schema: idSchema('server'),
    description:
      'Server that this worker runs on, told with its heartbeats for people to see; unset: it is found by machine id, address or host name.',
  },
  QUEUE_BACKEND: {
    schema: z.enum(queueBackends),
    description:
      'Queue that the worker drains by itself, without a controller: `file`, `redis` or `kafka`. Unset or `postgres`: it claims from its controller. It never is the queue of a controller, whatever the keys below say.',
  },
  ...queuePlaceKeys,
  BATCH_SIZE: {
    schema: integerText(1, 100_000),
    default: '50',
    description: 'Most jobs that one drain of a queue takes.',
  },
  WORKER_AUTORUN_INTERVAL: {
    schema: integerText(0, 86_400),
    default: '0',
    unit: 's',
    description: 'How often a worker drains its queue by itself; 0: only at `POST /trigger`.',
  },
  REQUEUE_ON_FAILURE: {
    schema: flagText,
    default: 'false',
    description: 'A job of a drained queue that failed is put back, to be tried again later.',
  },
  MAX_REQUEUE_ATTEMPTS: {
    schema: integerText(0, 1000),
    default: '3',
    description: 'How often it is put back.',
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
    schema: z.string().regex(/^3\.\d{1,2}(\.\d{1,3})?t?$/, 'expected a Python version such as 3.12'),
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
  INDEX_CA_FILE: {
    schema: z.string(),
    aliases: ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE'],
    description: 'Authorities (PEM) to trust for package indexes when the worker makes a plan itself.',
  },
  INDEX_TRUSTED_HOSTS: {
    schema: listText,
    aliases: ['PIP_TRUSTED_HOST'],
    default: '',
    description:
      'Hosts (or host:port) of package indexes whose certificate is not checked when the worker makes a plan itself.',
  },
  INDEX_NETRC_FILE: {
    schema: z.string(),
    aliases: ['NETRC'],
    description:
      "Credentials (netrc) for package indexes when the worker makes a plan itself; without it, the home's `.netrc` if nobody else may read it.",
  },
  INPUT_DIR: {
    schema: z.string(),
    description:
      'Directory of wheels, sdists, requirements and lock files: plans of `/plan` are made by the worker itself, from these. One bad wheel among them is named, and nothing is planned.',
  },
  REQUIREMENTS_PATH: {
    schema: z.string(),
    description: 'Requirements or lock file from which the worker makes the plans of `/plan` itself.',
  },
  UPGRADE_STRATEGY: {
    schema: z.enum(planStrategies),
    default: 'pinned',
    description:
      'Of plans that the worker makes itself: `pinned` keeps the versions of the inputs, `eager` takes the newest that fits, `lowest` the oldest.',
  },
  PLAN_OVERRIDES_JSON: {
    schema: packageOverridesText,
    description:
      'Of plans that the worker makes itself: what is stated of packages by hand, as JSON by project.',
  },
  MAX_DEPS: {
    schema: integerText(1, 20_000),
    default: '5000',
    description: 'Most projects of a plan that the worker makes itself.',
  },
  WORKER_CGROUP_DELEGATED: {
    schema: flagText,
    default: 'false',
    description:
      'The worker has a control group of its own that it may divide for builds; set by the unit, which has `Delegate=`.',
  },
  WORKER_ALLOW_UNENFORCED_LIMITS: {
    schema: flagText,
    default: 'false',
    description:
      'Builds with runner-podman even where limits of memory and processes do not hold, for test hosts. `ironwheel up` sets it.',
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
  WORKER_TIDY_INTERVAL_S: {
    schema: integerText(0, 30 * 86_400),
    default: '3600',
    unit: 's',
    description:
      'Between builds, this often, the worker removes what builds left behind: containers, images, directories; every minute while the host is not well. 0: never.',
  },
  WORKER_LEFTOVER_MIN_AGE_S: {
    schema: integerText(60, 30 * 86_400),
    default: '3600',
    unit: 's',
    description: 'Left-over containers and directories, and images of recipes, younger than this stay.',
  },
  WORKER_IMAGES_MAX_COUNT: {
    schema: integerText(0, 100_000),
    default: '50',
    description: 'Most images of recipes that are kept; those not used for longest go. 0: no bound.',
  },
  WORKER_IMAGES_MAX_BYTES: {
    schema: integerText(0, Number.MAX_SAFE_INTEGER),
    default: String(50 * 1024 ** 3),
    unit: 'bytes',
    description: 'Most that images of recipes take together, as podman counts them. 0: no bound.',
  },
  WORKER_IMAGES_MAX_AGE_DAYS: {
    schema: integerText(0, 36_500),
    default: '30',
    unit: 'days',
    description: 'Images of recipes that no build used for this long go. 0: no bound.',
  },
  WORKER_LOG_SPOOL_MAX_BYTES: {
    schema: integerText(65_536, Number.MAX_SAFE_INTEGER),
    default: '268435456',
    unit: 'bytes',
    description: 'Log text that may wait on disk while the controller is away, over all attempts.',
  },
});
