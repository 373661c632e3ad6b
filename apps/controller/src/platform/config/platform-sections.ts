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
import { logLevels } from '@ironwheel/logging';
import { isIP } from 'node:net';
import { z } from 'zod';

const networkListText = listText.pipe(
  z.array(
    z.string().refine((text) => {
      const [address = '', bits, ...rest] = text.split('/');
      const version = isIP(address);
      return (
        version !== 0 &&
        rest.length === 0 &&
        (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
      );
    }, 'expected addresses or networks in CIDR form, for example 10.0.0.0/8'),
  ),
);

const tokenText = z
  .string()
  .min(16, 'expected at least 16 characters')
  .max(512)
  .regex(/^[\x21-\x7e]+$/, 'expected printable ASCII without spaces');

export const httpSection = defineSection({
  HTTP_ADDR: {
    schema: addressText,
    default: '127.0.0.1:8080',
    description: 'Address and port to listen on.',
  },
  TLS_CERT_FILE: {
    schema: z.string(),
    description:
      'Certificate chain (PEM). With `TLS_KEY_FILE` the controller speaks HTTPS; both are read again when they change.',
  },
  TLS_KEY_FILE: { schema: z.string(), description: 'Private key (PEM) of the certificate.' },
  TRUSTED_PROXIES: {
    schema: networkListText,
    default: '',
    description: 'Addresses or networks whose `X-Forwarded-*` headers are believed.',
  },
  PUBLIC_URL: {
    schema: httpUrlText,
    description:
      'URL under which people and workers reach the controller; without it, the listening address.',
  },
  HTTP_BODY_LIMIT: {
    schema: integerText(1024, 1 << 30),
    default: '1048576',
    unit: 'bytes',
    description: 'Largest request body; single routes have larger limits of their own.',
  },
  SHUTDOWN_GRACE_S: {
    schema: integerText(1, 3600),
    default: '20',
    unit: 's',
    description: 'Longest wait for running requests when the controller stops.',
  },
  LOG_LEVEL: {
    schema: z.enum(logLevels),
    default: 'info',
    description: 'Least level of log lines: debug, info, warn, error or silent.',
  },
  METRICS_ENABLED: {
    schema: flagText,
    default: 'true',
    description: 'Serves Prometheus metrics; when false, `/metrics` answers 501.',
  },
});

export const databaseSection = defineSection({
  IRONWHEEL_DATA_DIR: {
    schema: z.string().min(1),
    default: '.ironwheel',
    description:
      'Directory for everything that the controller keeps: embedded database, artifacts, first-start token.',
  },
  DATABASE_URL: {
    schema: z.string().regex(/^postgres(?:ql)?:\/\//, 'expected a postgres:// URL'),
    secret: true,
    description:
      'Connection URL of a Postgres 15 or later. Without it the controller runs a private Postgres in the data directory.',
  },
  DATABASE_POOL_SIZE: {
    schema: integerText(2, 500),
    default: '20',
    description:
      'Most connections of this controller to the database, listening and entity connections apart.',
  },
  DATABASE_STATEMENT_TIMEOUT_MS: {
    schema: integerText(100, 3_600_000),
    default: '30000',
    unit: 'ms',
    description: 'A statement that runs longer is cancelled.',
  },
});

export const authSection = defineSection({
  CONTROL_PLANE_TOKEN: {
    schema: tokenText,
    secret: true,
    description:
      'Token of the bootstrap administrator. Without it, one is made at first start and kept in the data directory.',
  },
  WORKER_TOKEN: {
    schema: tokenText,
    secret: true,
    description:
      'Shared token for the worker trigger and queue actions (`X-Worker-Token`, `token` query or `worker_token` cookie).',
  },
  ANONYMOUS_READ: {
    schema: flagText,
    default: 'false',
    description: 'Lets callers without a credential read what a viewer may read.',
  },
  SESSION_LIFETIME_S: {
    schema: integerText(60, 30 * 86_400),
    default: '43200',
    unit: 's',
    description: 'How long a browser session lasts.',
  },
});

/** What is built, and from where. Read by inputs, plans and the package index. */
export const targetSection = defineSection({
  PYTHON_VERSION: {
    schema: z.string().regex(/^3\.\d{1,2}t?$/, 'expected a Python version such as 3.12'),
    description: "Python version to build for; without it, the version of the machine's python3.",
  },
  PLATFORM_TAG: {
    schema: z
      .string()
      .regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/, 'expected a platform tag such as manylinux_2_28_s390x'),
    description: 'Platform tag (PEP 425, PEP 600) to build for; without it, the tag of this machine.',
  },
  INDEX_URL: {
    schema: httpUrlText,
    secret: true,
    description:
      'Package index to resolve and fetch from (PEP 503 or 691); may carry credentials. Without it, the index that pip on this machine uses.',
  },
  EXTRA_INDEX_URL: {
    schema: listText.pipe(z.array(httpUrlText)),
    default: '',
    secret: true,
    description: 'Further package indexes, separated by spaces or commas.',
  },
  UPGRADE_STRATEGY: {
    schema: z.enum(['pinned', 'eager', 'lowest']),
    default: 'pinned',
    description:
      '`pinned` keeps the versions of the inputs, `eager` takes the newest that fits, `lowest` the oldest.',
  },
  INDEX_READ_TOKEN_REQUIRED: {
    schema: flagText,
    default: 'false',
    description: 'Reading the package index needs a token of role viewer (Basic works for pip).',
  },
  INDEX_UPSTREAM_PASSTHROUGH: {
    schema: flagText,
    default: 'true',
    description:
      'Projects that are not ours are answered from the upstream index, so that one index URL is enough.',
  },
});

export const queueSection = defineSection({
  QUEUE_BACKEND: {
    schema: z.enum(queueBackends),
    default: 'postgres',
    description:
      'What orders the work: `postgres`, `file`, `redis` or `kafka`. All controllers of a database have the same.',
  },
  ...queuePlaceKeys,
  QUEUE_RECONCILE_S: {
    schema: integerText(1, 86_400),
    default: '60',
    unit: 's',
    description: 'How often the queue backend is compared with the jobs that are queued, and put right.',
  },
});

export const platformSections = [httpSection, databaseSection, authSection, targetSection, queueSection];

/** Keys of the command line and the agent, which may stand in the same environment. */
export const foreignKeys = [
  'IRONWHEEL_URL',
  'IRONWHEEL_TOKEN',
  'IRONWHEEL_TOKEN_FILE',
  'IRONWHEEL_STATE_DIR',
  'IRONWHEEL_DRIVER_DIR',
  'IRONWHEEL_ENROLLMENT_TOKEN',
  'IRONWHEEL_ENROLLMENT_TOKEN_FILE',
  'IRONWHEEL_ALLOW_PROCESS_RUNNER',
];
