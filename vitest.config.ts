import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

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
    // An order of ours would come before `--sequence.shuffle.files`.
    ...(process.argv.some((argument) => argument.startsWith('--sequence.'))
      ? {}
      : { sequence: { sequencer: LongestFirst } }),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: [
            'libs/**/*.spec.ts',
            'apps/**/*.spec.{ts,tsx}',
            'plugins/**/*.spec.ts',
            'test/guards/**/*.spec.ts',
          ],
          exclude: ['**/*.int.spec.ts', '**/node_modules/**'],
          // A few start a program; what runs beside them on a small machine must not fail them.
          testTimeout: 20_000,
          maxWorkers: 2,
          // Most of the time of a file was to load what the one before had loaded; each puts back what it changes.
          isolate: false,
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
          // The files of a worker share what is the same for all: loaded modules, and one Postgres with the tables in its template.
          isolate: false,
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
          name: 'engine-room',
          sequence: { groupOrder: 15 },
          include: ['test/engine-room/**/*.browser.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          // The files of a worker share what is the same for all: loaded modules, one Postgres and one browser.
          isolate: false,
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
          name: 'histories',
          sequence: { groupOrder: 14 },
          include: ['test/histories/**/*.histories.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'queues',
          sequence: { groupOrder: 11 },
          include: ['test/queues/**/*.queues.ts'],
          testTimeout: 2_400_000,
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
      {
        extends: true,
        test: {
          name: 'hints',
          sequence: { groupOrder: 12 },
          include: ['test/hints/**/*.hints.ts'],
          testTimeout: 60_000,
          hookTimeout: 3_000_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'fleet',
          sequence: { groupOrder: 7 },
          include: ['test/fleet/**/*.fleet.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'vm',
          sequence: { groupOrder: 8 },
          include: ['test/vm/**/*.vm.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 's390x',
          sequence: { groupOrder: 5 },
          include: ['test/s390x/**/*.s390x.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'differential',
          sequence: { groupOrder: 9 },
          include: ['test/differential/**/*.differential.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'universes',
          sequence: { groupOrder: 6 },
          include: ['test/universes/**/*.universe.ts'],
          testTimeout: 3_000_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
