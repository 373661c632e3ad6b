import boundaries from 'eslint-plugin-boundaries';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The import law (docs/architecture.md, "Who may import whom"). An element is a folder; everything that no policy
 * below allows is refused, packages and Node's own modules included. test/guards/lint-law.spec.ts proves each law.
 */
const element = (type, pattern, capture) => ({
  type,
  pattern,
  partialMatch: false,
  ...(capture ? { capture } : {}),
});

const elements = [
  element('contracts', 'libs/contracts'),
  element('packaging', 'libs/packaging'),
  element('resolver', 'libs/resolver'),
  element('decisions', 'libs/decisions'),
  element('plugin-kit', 'libs/plugin-kit'),
  element('config', 'libs/config'),
  element('logging', 'libs/logging'),
  element('testing', 'libs/testing'),
  element('plugin', 'plugins/*', ['plugin']),
  element('platform', 'apps/controller/src/platform'),
  element('feature', 'apps/controller/src/@(fleet|work|governance|operations)/*', ['group', 'feature']),
  element('group', 'apps/controller/src/@(fleet|work|governance|operations)', ['group']),
  element('package-index', 'apps/controller/src/package-index'),
  element('controller', 'apps/controller'),
  element('agent', 'apps/agent'),
  element('cli', 'apps/cli'),
  element('engine-room', 'apps/engine-room'),
  element('test', 'test'),
];

const files = [
  { category: 'spec', pattern: ['**/*.spec.{ts,tsx}', 'apps/*/test/**', 'libs/plugin-kit/src/suites/**'] },
  { category: 'test-support', pattern: 'apps/*/test/**' },
  { category: 'composition', pattern: 'apps/controller/src/*.ts' },
  { category: 'project-manifest', pattern: 'package.json' },
];

const from = (...types) => ({ element: { type: types } });
/** A library or plugin is imported by its one door. */
const doorOf = (...types) => ({ element: { type: types, fileInternalPath: 'src/index.ts' } });
const suites = { element: { type: 'plugin-kit', fileInternalPath: 'src/suites/index.ts' } };
/** Holds the version, which every program tells. */
const projectManifest = { file: { categories: 'project-manifest' } };
const platformDoor = { element: { type: 'platform', fileInternalPath: 'index.ts' } };
const groupDoors = (...groups) =>
  ['feature', 'group'].map((type) => ({
    element: { type, captured: { group: groups }, fileInternalPath: 'index.ts' },
  }));
const fromGroup = (group) => [
  { element: { type: 'feature', captured: { group } } },
  { element: { type: 'group', captured: { group } } },
];
const node = { module: { origin: 'core' } };
const anyPackage = { module: { origin: 'external' } };
const packages = (...names) => ({ module: { origin: 'external', source: names } });
const policy = (source, ...targets) => ({ from: source, allow: { to: targets } });
const anyFileOf = (...types) => ({ element: { type: types } });

const sharedLibraries = [
  'contracts',
  'packaging',
  'resolver',
  'decisions',
  'plugin-kit',
  'config',
  'logging',
];

const groups = ['fleet', 'work', 'governance', 'operations'];
const importLaw = [
  policy(from('contracts'), packages('zod')),
  policy(from('resolver'), doorOf('packaging', 'contracts'), node, anyPackage),
  policy(from('plugin-kit'), doorOf('contracts', 'packaging'), node, packages('zod')),
  policy(from('config'), node, packages('zod')),
  policy(from('logging'), node, packages('pino')),
  policy(from('plugin'), doorOf('plugin-kit', 'packaging', 'config', 'logging'), node, anyPackage),
  policy(from('platform'), doorOf(...sharedLibraries), node, anyPackage),
  // The groups look down, never up: operations → governance → work → fleet → platform.
  ...groups.map((group, rank) =>
    policy(
      fromGroup(group),
      ...groupDoors(...groups.slice(0, rank + 1)),
      platformDoor,
      doorOf(...sharedLibraries),
      node,
      anyPackage,
    ),
  ),
  // A group's own module wires the inner files of its features.
  ...groups.map((group) =>
    policy(
      { element: { type: 'group', captured: { group } } },
      {
        element: { type: 'feature', captured: { group } },
      },
    ),
  ),
  policy(
    from('package-index'),
    ...groupDoors('work'),
    platformDoor,
    doorOf(...sharedLibraries),
    node,
    anyPackage,
  ),
  // The composition root: whole groups, and the built-in plugins.
  policy(
    from('controller'),
    anyFileOf('platform'),
    { element: { type: ['group', 'package-index'], fileInternalPath: ['index.ts', '*.module.ts'] } },
    ...groupDoors('*'),
    doorOf(...sharedLibraries, 'plugin'),
    node,
    anyPackage,
  ),
  policy(from('agent'), doorOf(...sharedLibraries, 'plugin'), node, anyPackage),
  policy(from('cli'), doorOf('contracts', 'config', 'logging', 'packaging', 'resolver'), node, anyPackage),
  // It runs in a browser: nothing of Node, and of the libraries the contracts only.
  policy(from('engine-room'), doorOf('contracts'), anyPackage),
  policy(
    from('testing'),
    doorOf(...sharedLibraries, 'plugin'),
    anyFileOf('controller', 'platform', 'group', 'feature'),
    node,
    anyPackage,
  ),
  policy(from('platform', 'agent', 'cli'), projectManifest),
  policy(from('test'), { element: { type: '*' } }, node, anyPackage),
  // A test may use the harness and the contract suites besides what its own folder may import.
  policy(
    { file: { categories: 'spec' } },
    anyFileOf('testing'),
    { file: { categories: 'test-support' } },
    doorOf('plugin', 'plugin-kit'),
    suites,
    node,
    anyPackage,
  ),
];

const clockOrChance = 'time and chance come in as arguments here (docs/architecture.md)';
const environment = {
  object: 'process',
  property: 'env',
  message: 'The environment is read by processEnvironment() of @ironwheel/config and nowhere else.',
};

export default defineConfig(
  {
    ignores: ['dist/**', 'node_modules/**', '.ironwheel/**', '.cache/**', 'coverage/**', 'test/artifacts/**'],
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.strict], rules: { eqeqeq: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { boundaries },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'boundaries/root-path': import.meta.dirname,
      'boundaries/elements': elements,
      'boundaries/files': files,
      'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export', 'require'],
      'import/resolver': { [import.meta.dirname + '/scripts/eslint-resolver.cjs']: {} },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        { default: 'disallow', checkAllOrigins: true, checkUnknownLocals: true, policies: importLaw },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSEnumDeclaration',
          message: 'Use an `as const` object with a union type (CONTRIBUTING.md).',
        },
      ],
      'no-restricted-properties': ['error', environment],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['libs/packaging/src/**/*.ts', 'libs/decisions/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'performance', 'crypto', 'fetch', 'setTimeout', 'setInterval', 'setImmediate'].map(
          (name) => ({ name, message: `Pure code: ${clockOrChance}.` }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        environment,
        { object: 'Date', property: 'now', message: `Pure code: ${clockOrChance}.` },
        { object: 'Math', property: 'random', message: `Pure code: ${clockOrChance}.` },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSEnumDeclaration',
          message: 'Use an `as const` object with a union type (CONTRIBUTING.md).',
        },
        {
          selector:
            'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
          message: `Pure code: ${clockOrChance}.`,
        },
      ],
    },
  },
  {
    // The one place that reads the environment of the process.
    files: ['libs/config/src/load-config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: [
      '**/*.spec.{ts,tsx}',
      'test/**/*.ts',
      'apps/*/test/**/*.ts',
      'libs/testing/**/*.ts',
      'libs/plugin-kit/src/suites/**/*.ts',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'no-restricted-properties': 'off' },
  },
  { files: ['apps/cli/**/*.ts'], rules: { 'no-console': 'off' } },
);
