import { defineSection, integerText } from '@ironwheel/config';

/** How the package index passes an upstream index through. */
export const packageIndexSection = defineSection({
  INDEX_UPSTREAM_TTL_S: {
    schema: integerText(0, 86_400),
    default: '300',
    unit: 's',
    description: 'How long a page of the upstream index is passed through before it is asked for again.',
  },
  INDEX_UPSTREAM_STALE_S: {
    schema: integerText(0, 30 * 86_400),
    default: '86400',
    unit: 's',
    description: 'How old a page may be that is passed through while the upstream index does not answer.',
  },
  INDEX_UPSTREAM_TIMEOUT_S: {
    schema: integerText(1, 300),
    default: '10',
    unit: 's',
    description: 'Longest wait for one answer of the upstream index; installers wait for 15 s themselves.',
  },
  INDEX_UPSTREAM_CACHE_FILES: {
    schema: integerText(0, 10_000_000),
    default: '200000',
    description: 'Most files whose entries on upstream pages are kept in memory (some hundred bytes each).',
  },
});
