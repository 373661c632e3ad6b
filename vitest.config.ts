import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const alias = [
  { find: /^@ironwheel\/plugin-kit\/suites$/, replacement: at('libs/plugin-kit/src/suites/index.ts') },
  {
    find: /^@ironwheel\/(contracts|packaging|resolver|decisions|plugin-kit|config|logging|testing)$/,
    replacement: at('libs/$1/src/index.ts'),
  },
  { find: /^@ironwheel\/plugin-(.+)$/, replacement: at('plugins/$1/src/index.ts') },
];

/**
 * `unit` needs nothing but Node; `integration` starts a private Postgres; the slow suites have their own scripts. One
 * project runs after the other, because each has its own number of workers.
 */
export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: [
            'libs/**/*.spec.ts',
            'apps/**/*.spec.ts',
            'plugins/**/*.spec.ts',
            'test/guards/**/*.spec.ts',
          ],
          exclude: ['**/*.int.spec.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['**/*.int.spec.ts'],
          exclude: ['**/node_modules/**', 'dist/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['test/e2e/**/*.e2e.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'drills',
          sequence: { groupOrder: 3 },
          include: ['test/drills/**/*.drill.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'podman',
          sequence: { groupOrder: 4 },
          include: ['test/podman/**/*.podman.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
