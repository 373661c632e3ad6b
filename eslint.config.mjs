import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/**
 * The import law (docs/architecture.md, "Who may import whom"). Each element is a folder; a rule lists
 * what it may import. Everything that is not listed is refused.
 */
const elements = [
  { type: 'contracts', pattern: 'libs/contracts' },
  { type: 'packaging', pattern: 'libs/packaging' },
  { type: 'resolver', pattern: 'libs/resolver' },
  { type: 'decisions', pattern: 'libs/decisions' },
  { type: 'plugin-kit', pattern: 'libs/plugin-kit' },
  { type: 'config', pattern: 'libs/config' },
  { type: 'logging', pattern: 'libs/logging' },
  { type: 'testing', pattern: 'libs/testing' },
  { type: 'plugin', pattern: 'plugins/*', capture: ['plugin'] },
  { type: 'platform', pattern: 'apps/controller/src/platform' },
  { type: 'fleet', pattern: 'apps/controller/src/fleet' },
  { type: 'work', pattern: 'apps/controller/src/work' },
  { type: 'governance', pattern: 'apps/controller/src/governance' },
  { type: 'operations', pattern: 'apps/controller/src/operations' },
  { type: 'package-index', pattern: 'apps/controller/src/package-index' },
  { type: 'controller', pattern: 'apps/controller' },
  { type: 'agent', pattern: 'apps/agent' },
  { type: 'cli', pattern: 'apps/cli' },
  { type: 'test', pattern: 'test' },
];

const featureLibs = ['contracts', 'packaging', 'resolver', 'decisions', 'plugin-kit', 'config', 'logging'];
const allow = (from, types) => ({ from: [from], allow: [from, ...types] });

export default tseslint.config(
  {
    ignores: ['dist/**', 'node_modules/**', '.ironwheel/**', '.cache/**', 'coverage/**', 'test/artifacts/**'],
  },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    plugins: { boundaries },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'boundaries/elements': elements,
      'import/resolver': { typescript: { project: './tsconfig.json' } },
    },
    rules: {
      'boundaries/element-types': [
        'error',
        {
          default: 'disallow',
          rules: [
            allow('contracts', []),
            allow('packaging', []),
            allow('decisions', []),
            allow('resolver', ['packaging', 'contracts']),
            allow('plugin-kit', ['contracts', 'packaging']),
            allow('config', []),
            allow('logging', []),
            allow('testing', [...featureLibs, 'plugin']),
            {
              from: ['plugin'],
              allow: [
                'plugin-kit',
                'packaging',
                'config',
                'logging',
                ['plugin', { plugin: '${from.plugin}' }],
              ],
            },
            allow('platform', featureLibs),
            allow('fleet', ['platform', ...featureLibs]),
            allow('work', ['platform', 'fleet', ...featureLibs]),
            allow('governance', ['platform', 'fleet', 'work', ...featureLibs]),
            allow('operations', ['platform', 'fleet', 'work', 'governance', ...featureLibs]),
            allow('package-index', ['platform', 'work', ...featureLibs]),
            allow('controller', [
              'platform',
              'fleet',
              'work',
              'governance',
              'operations',
              'package-index',
              'plugin',
              ...featureLibs,
            ]),
            allow('agent', ['plugin', ...featureLibs]),
            allow('cli', ['contracts', 'config', 'logging', 'packaging']),
            allow('test', ['testing', 'plugin', 'controller', 'agent', 'cli', ...featureLibs]),
          ],
        },
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
          message: 'Use an `as const` object with a union type (docs/style.md).',
        },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', 'libs/testing/**/*.ts', 'libs/plugin-kit/src/suites/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'boundaries/element-types': 'off' },
  },
  { files: ['apps/cli/**/*.ts'], rules: { 'no-console': 'off' } },
);
