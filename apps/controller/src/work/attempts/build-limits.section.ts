import { defineSection, integerText } from '@ironwheel/config';

/** What a build may use. Sent with each claim; the runner enforces it as far as the host allows. */
export const buildLimitsSection = defineSection({
  BUILD_MEMORY_BYTES: {
    schema: integerText(64 * 1024 * 1024, Number.MAX_SAFE_INTEGER),
    default: String(4 * 1024 ** 3),
    unit: 'bytes',
    description: 'Memory limit of one build.',
  },
  BUILD_PIDS: {
    schema: integerText(16, 100_000),
    default: '2048',
    description: 'Most processes and threads of one build.',
  },
  BUILD_CPUS: { schema: integerText(1, 1024), default: '2', description: 'Processors of one build.' },
  BUILD_DISK_BYTES: {
    schema: integerText(64 * 1024 * 1024, Number.MAX_SAFE_INTEGER),
    default: String(10 * 1024 ** 3),
    unit: 'bytes',
    description: 'Most that one attempt may write to its work directory.',
  },
  BUILD_TIMEOUT_S: {
    schema: integerText(10, 7 * 86_400),
    default: '7200',
    unit: 's',
    description: 'Longest build phase.',
  },
  BUILD_FETCH_TIMEOUT_S: {
    schema: integerText(10, 86_400),
    default: '1200',
    unit: 's',
    description: 'Longest time for each of the other phases: prepare, fetch, repair, verify, upload.',
  },
  BUILD_IDLE_OUTPUT_S: {
    schema: integerText(10, 7 * 86_400),
    default: '1800',
    unit: 's',
    description: 'A phase that prints nothing for this long is ended.',
  },
  BUILD_LOG_MAX_BYTES: {
    schema: integerText(64 * 1024, 4 * 1024 ** 3),
    default: String(64 * 1024 * 1024),
    unit: 'bytes',
    description: 'Most of a log that is kept of one attempt; the rest is dropped behind a mark.',
  },
});
