import { defineSection, integerText } from '@ironwheel/config';

const gibibyte = 1024 ** 3;

/** What an upload may be, and what the store leaves to others. */
export const artifactsSection = defineSection({
  ARTIFACT_MAX_BYTES: {
    schema: integerText(1024, 64 * gibibyte),
    default: String(4 * gibibyte),
    unit: 'bytes',
    description: 'Largest wheel that a worker may upload.',
  },
  ARTIFACT_MAX_UNPACKED_BYTES: {
    schema: integerText(1024, 1024 * gibibyte),
    default: String(16 * gibibyte),
    unit: 'bytes',
    description: 'Most that the files of one uploaded wheel may be together once unpacked.',
  },
  ARTIFACT_UPLOAD_KEEP_S: {
    schema: integerText(60, 365 * 86_400),
    default: '3600',
    unit: 's',
    description:
      'Uploads that no result named go this long after the end of their attempt; people may want to look at them until then.',
  },
  ARTIFACT_STORE_RESERVE_BYTES: {
    schema: integerText(0, 1024 * gibibyte),
    default: String(gibibyte / 4),
    unit: 'bytes',
    description: 'Room that the artifact store leaves free on its disk; below it, uploads are refused.',
  },
});
