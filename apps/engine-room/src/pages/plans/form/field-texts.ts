import type { BodyField, PlanFlag, PlanForm } from './plan-form.ts';

/** The options of a plan in plain words. */
export const strategyTexts = [
  { value: '', label: 'As the controller is set up' },
  { value: 'pinned', label: 'pinned: handed-in wheels keep their versions, else the newest that fits' },
  { value: 'eager', label: 'eager: the newest that fits, handed-in wheels are the least' },
  { value: 'lowest', label: 'lowest: the oldest that fits' },
];

export const flagTexts: Readonly<Record<PlanFlag, { readonly label: string; readonly description: string }>> =
  {
    prereleases: {
      label: 'Pre-releases too',
      description: 'Alphas, betas and release candidates count as others do.',
    },
    bootstrap: {
      label: 'Build what builds need',
      description: 'Build requirements without a wheel for the target become jobs of their own.',
    },
    missing_avoid: {
      label: 'Avoid what cannot be had',
      description: 'Another solution is looked for before something is planned as missing.',
    },
    fallback_latest: {
      label: 'Latest instead of a pin that cannot be had',
      description: 'Where exactly the asked version is not there.',
    },
    no_deps: { label: 'No dependencies', description: 'Only what is named is planned.' },
    rebuild: {
      label: 'Build again',
      description: 'Also where a wheel could be reused; the new one gets another build tag.',
    },
    skip_known_failures: {
      label: 'Leave out what failed before',
      description: 'It is planned as missing instead of being built once more.',
    },
    refresh: { label: 'Ask the index anew', description: 'About every page, also what was kept of it.' },
    enqueue: { label: 'Enqueue at once', description: 'The wheels are wanted as soon as the plan is made.' },
  };

interface NameText {
  readonly name: keyof PlanForm &
    ('excludes' | 'onlyBinary' | 'noBinary' | 'extras' | 'groups' | 'excludeNewer' | 'maxDeps');
  readonly field: BodyField;
  readonly label: string;
  readonly description: string;
  readonly placeholder: string;
}

export const nameTexts: readonly NameText[] = [
  {
    name: 'onlyBinary',
    field: 'only_binary',
    label: 'Never build',
    description: 'Projects that are taken as ready wheels only; breaks a circle of build requirements.',
    placeholder: 'cmake, ninja',
  },
  {
    name: 'noBinary',
    field: 'no_binary',
    label: 'Always build',
    description: 'Projects whose ready wheels are not reused; :all: for every one.',
    placeholder: 'lxml',
  },
  {
    name: 'excludes',
    field: 'excludes',
    label: 'Leave out',
    description: 'Projects that nothing is to depend on.',
    placeholder: 'pywin32',
  },
  {
    name: 'excludeNewer',
    field: 'exclude_newer',
    label: 'Files no newer than',
    description: 'A day, or a moment with its zone. With it the same plan comes out again.',
    placeholder: '2026-01-31',
  },
  {
    name: 'extras',
    field: 'extras',
    label: 'Extras of a lock file',
    description: 'Of pylock.toml, uv.lock or pyproject.toml.',
    placeholder: 'test',
  },
  {
    name: 'groups',
    field: 'dependency_groups',
    label: 'Groups of a lock file',
    description: 'Dependency groups of the same.',
    placeholder: 'dev',
  },
  {
    name: 'maxDeps',
    field: 'max_deps',
    label: 'Most packages',
    description: 'A plan that would have more is refused.',
    placeholder: '5000',
  },
];
