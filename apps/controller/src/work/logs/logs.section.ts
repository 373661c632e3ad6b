import { defineSection, integerText } from '@ironwheel/config';

/** What the controller keeps of logs, and how long reading them may take. */
export const logsSection = defineSection({
  LOG_STORE_MAX_BYTES: {
    schema: integerText(1024, 4 * 1024 ** 3),
    default: String(64 * 1024 * 1024),
    unit: 'bytes',
    description:
      'Most that the controller stores of one log; what comes after is dropped behind a mark. At least `BUILD_LOG_MAX_BYTES`.',
  },
  LOG_SEAL_AFTER_S: {
    schema: integerText(0, 30 * 86_400),
    default: '600',
    unit: 's',
    description:
      'The log of an attempt is compressed and indexed this long after its end, once nothing more is taken for it.',
  },
  LOG_SEARCH_CACHE_BYTES: {
    schema: integerText(0, 64 * 1024 ** 3),
    default: String(384 * 1024 * 1024),
    unit: 'bytes',
    description:
      'Memory for the word indexes of sealed logs, the newest first; about 220 MB for each GB of log. What finds no room is read anew by each search that comes so far.',
  },
  LOG_SEARCH_TIMEOUT_MS: {
    schema: integerText(100, 30_000),
    default: '3000',
    unit: 'ms',
    description: 'A search through logs ends after this time with what it has found.',
  },
  LOG_STREAM_HEARTBEAT_S: {
    schema: integerText(1, 300),
    default: '15',
    unit: 's',
    description: 'A log stream without news sends a comment this often, so that proxies keep it open.',
  },
  LOG_STREAM_MAX: {
    schema: integerText(1, 100_000),
    default: '500',
    description: 'Most log streams that one controller serves at a time; more are answered 429.',
  },
});
