import { defineSection, httpUrlText, integerText } from '@ironwheel/config';
import { z } from 'zod';

/** How package indexes are asked while a plan is made. */
export const plansSection = defineSection({
  WORKER_PLAN_URL: {
    schema: httpUrlText,
    description:
      'Worker whose `/plan` makes the plans of `POST /api/plan/compute`; without it the controller makes them.',
  },
  INDEX_TIMEOUT_S: {
    schema: integerText(1, 600),
    default: '30',
    unit: 's',
    description: 'Longest wait for one answer of a package index.',
  },
  INDEX_MAX_BODY_BYTES: {
    schema: integerText(1024, 1024 ** 3),
    default: String(64 * 1024 * 1024),
    unit: 'bytes',
    description: 'Largest page of a package index that is read.',
  },
  INDEX_CONCURRENCY: {
    schema: integerText(1, 64),
    default: '16',
    description: 'Most requests to package indexes at a time for one plan.',
  },
  INDEX_CA_FILE: {
    schema: z.string().min(1),
    aliases: ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE'],
    description:
      "Authorities (PEM) to trust for package indexes, beside Node's own; without it, those that pip's configuration names.",
  },
  INDEX_TRUSTED_HOSTS: {
    schema: z.string().transform((text) => text.split(/[\s,]+/).filter((host) => host !== '')),
    aliases: ['PIP_TRUSTED_HOST'],
    default: '',
    description:
      'Hosts (or host:port) of package indexes whose certificate is not checked, separated by spaces or commas.',
  },
  INDEX_NETRC_FILE: {
    schema: z.string().min(1),
    aliases: ['NETRC'],
    description:
      "Credentials (netrc) for package indexes and their files where a URL has none; without it, the home's `.netrc` if nobody else may read it.",
  },
  INDEX_CACHE_MIN_FRESH_S: {
    schema: integerText(0, 86_400),
    default: '60',
    unit: 's',
    description:
      'A page of a package index that is younger is used without asking whether it still holds, whatever the index says: plans soon after one another ask an index once, also one that says nothing of how long its pages hold. 0: only as long as the index says.',
  },
  PLAN_TIMEOUT_S: {
    schema: integerText(1, 3600),
    default: '300',
    unit: 's',
    description: 'Longest time for making one plan.',
  },
});
