import { defineSection, integerText } from '@ironwheel/config';

const tebibyte = 1024 ** 4;

/** What is kept, and for how long. What the index serves, and the history, always stay. */
export const retentionSection = defineSection({
  RETENTION_INTERVAL_S: {
    schema: integerText(0, 365 * 86_400),
    default: '3600',
    unit: 's',
    description: 'Time between two runs of retention; 0: only when somebody asks.',
  },
  RETENTION_LOG_MAX_AGE_DAYS: {
    schema: integerText(0, 36_500),
    default: '365',
    unit: 'days',
    description: 'Sealed and posted logs go this long after the end of their attempt; 0: no bound.',
  },
  RETENTION_LOG_MAX_BYTES: {
    schema: integerText(0, 1024 * tebibyte),
    default: String(100 * 1024 ** 3),
    unit: 'bytes',
    description: 'Most that sealed logs take in the database, compressed; the oldest go. 0: no bound.',
  },
  RETENTION_LOG_MAX_COUNT: {
    schema: integerText(0, 1_000_000_000),
    default: '0',
    description: 'Most sealed logs that are kept; the oldest go. 0: no bound.',
  },
  RETENTION_LOG_MIN_AGE_S: {
    schema: integerText(0, 365 * 86_400),
    default: '86400',
    unit: 's',
    description: 'A log younger than this stays, whatever the bounds.',
  },
  RETENTION_INPUT_MAX_AGE_DAYS: {
    schema: integerText(0, 36_500),
    default: '180',
    unit: 'days',
    description: 'Inputs that no run ever used go after this time; 0: they stay.',
  },
  RETENTION_ORPHAN_MIN_AGE_S: {
    schema: integerText(1800, 365 * 86_400),
    default: '86400',
    unit: 's',
    description: 'Bytes in the artifact store that no row stands for go after this time.',
  },
});
