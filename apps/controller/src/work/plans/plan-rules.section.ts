import { defineSection, flagText, integerText } from '@ironwheel/config';
import { packageOverridesText } from '@ironwheel/contracts';

/** What holds for every plan of this controller, unless a call says otherwise. */
export const planRulesSection = defineSection({
  PLAN_OVERRIDES_JSON: {
    schema: packageOverridesText,
    description:
      'What is stated of packages by hand, as JSON by project: source, version, excluded, metadata, build_requires. A call of its own says more, or otherwise.',
  },
  MAX_DEPS: {
    schema: integerText(1, 20_000),
    default: '5000',
    description: 'Most projects of one plan; a call may ask for fewer.',
  },
  FALLBACK_LATEST: {
    schema: flagText,
    default: 'false',
    description:
      'Where a pinned version cannot be had, take the latest that can, unless a call says otherwise.',
  },
  SKIP_KNOWN_FAILURES: {
    schema: flagText,
    default: 'false',
    description:
      'Plan what failed on the target before as missing, instead of building it once more, unless a call says otherwise.',
  },
  PLAN_CONCURRENCY: {
    schema: integerText(1, 16),
    default: '2',
    description: 'Most plans that are made at a time; further ones wait in order.',
  },
  PLAN_CACHE_MAX_BYTES: {
    schema: integerText(0, Number.MAX_SAFE_INTEGER),
    default: String(2 * 1024 ** 3),
    unit: 'bytes',
    description: 'Most that is kept in the data directory of what package indexes answered; 0 keeps nothing.',
  },
});
