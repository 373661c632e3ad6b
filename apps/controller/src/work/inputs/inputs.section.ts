import { defineSection, integerText } from '@ironwheel/config';

/** Bounds of what may be handed in. */
export const inputsSection = defineSection({
  INPUT_MAX_BYTES: {
    schema: integerText(1024, Number.MAX_SAFE_INTEGER),
    default: String(1024 ** 3),
    unit: 'bytes',
    description: 'Largest wheel or sdist that may be handed in.',
  },
  INPUT_TEXT_MAX_BYTES: {
    schema: integerText(1024, 32 * 1024 * 1024),
    default: String(16 * 1024 * 1024),
    unit: 'bytes',
    description: 'Largest requirements, constraints, lock or project file that may be handed in.',
  },
  INPUT_MAX_FILES: {
    schema: integerText(1, 10_000),
    default: '200',
    description: 'Most files in one call of `POST /api/inputs`.',
  },
  INPUT_UNPACKED_MAX_BYTES: {
    schema: integerText(1024, Number.MAX_SAFE_INTEGER),
    default: String(4 * 1024 ** 3),
    unit: 'bytes',
    description: 'Largest size that a handed-in wheel or sdist may have unpacked.',
  },
});
