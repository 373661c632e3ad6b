import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { repositoryRoot } from './repository-files.ts';

/**
 * ESLint refuses what the import law refuses. The snippets stand in files that do not exist, so the rules that need
 * types are off here; the law itself is the one of eslint.config.mjs.
 */
let eslint: ESLint;
beforeAll(() => {
  eslint = new ESLint({
    cwd: repositoryRoot,
    overrideConfig: [
      {
        files: ['**/*.{ts,tsx}'],
        rules: tseslint.configs.disableTypeChecked.rules ?? {},
        languageOptions: { parserOptions: { projectService: false, project: false } },
      },
    ],
  });
});

const rulesBroken = async (filePath: string, code: string): Promise<string[]> => {
  const [result] = await eslint.lintText(`${code}\n`, { filePath });
  return (result?.messages ?? [])
    .map((message) => message.ruleId ?? `fatal: ${message.message}`)
    .filter((rule) => rule !== '@typescript-eslint/no-unused-vars');
};

const law = 'boundaries/dependencies';
const controller = 'apps/controller/src';

const refused: [why: string, file: string, code: string, rule: string][] = [
  ['packaging imports node:fs', 'libs/packaging/src/bad.ts', "export * from 'node:fs';", law],
  ['packaging imports a package', 'libs/packaging/src/bad.ts', "export { z } from 'zod';", law],
  ['packaging imports contracts', 'libs/packaging/src/bad.ts', "export * from '@ironwheel/contracts';", law],
  [
    'packaging reads the clock',
    'libs/packaging/src/bad.ts',
    'export const t = Date.now();',
    'no-restricted-properties',
  ],
  ['decisions imports node:crypto', 'libs/decisions/src/bad.ts', "export * from 'node:crypto';", law],
  [
    'decisions reads the clock',
    'libs/decisions/src/bad.ts',
    'export const t = Date.now();',
    'no-restricted-properties',
  ],
  [
    'decisions makes a date of now',
    'libs/decisions/src/bad.ts',
    'export const t = new Date();',
    'no-restricted-syntax',
  ],
  [
    'decisions uses chance',
    'libs/decisions/src/bad.ts',
    'export const r = Math.random();',
    'no-restricted-properties',
  ],
  [
    'decisions makes an id',
    'libs/decisions/src/bad.ts',
    'export const i = crypto.randomUUID();',
    'no-restricted-globals',
  ],
  ['contracts imports another package', 'libs/contracts/src/bad.ts', "export * from 'undici';", law],
  ['contracts imports node', 'libs/contracts/src/bad.ts', "export * from 'node:path';", law],
  ['contracts imports packaging', 'libs/contracts/src/bad.ts', "export * from '@ironwheel/packaging';", law],
  [
    'the resolver imports the plugin kit',
    'libs/resolver/src/bad.ts',
    "export * from '@ironwheel/plugin-kit';",
    law,
  ],
  [
    'a plugin imports another',
    'plugins/log-shipper/src/bad.ts',
    "export * from '@ironwheel/plugin-queue-postgres';",
    law,
  ],
  [
    'a plugin imports another by its path',
    'plugins/log-shipper/src/bad.ts',
    "export * from '../../queue-postgres/src/index.ts';",
    law,
  ],
  [
    'a plugin imports the decisions',
    'plugins/log-shipper/src/bad.ts',
    "export * from '@ironwheel/decisions';",
    law,
  ],
  [
    'a plugin imports an app',
    'plugins/log-shipper/src/bad.ts',
    "export * from '../../../apps/agent/src/agent-error.ts';",
    law,
  ],
  [
    "a feature imports another's inner file",
    `${controller}/work/claims/bad.ts`,
    "export * from '../jobs/jobs.repository.ts';",
    law,
  ],
  [
    "a feature imports the platform's inner file",
    `${controller}/work/claims/bad.ts`,
    "export * from '../../platform/database/database.ts';",
    law,
  ],
  [
    'the platform imports a feature',
    `${controller}/platform/bad.ts`,
    "export * from '../work/claims/index.ts';",
    law,
  ],
  [
    'the platform imports a group',
    `${controller}/platform/bad.ts`,
    "export * from '../work/work.module.ts';",
    law,
  ],
  [
    'the fleet imports work',
    `${controller}/fleet/workers/bad.ts`,
    "export * from '../../work/claims/index.ts';",
    law,
  ],
  [
    'work imports operations',
    `${controller}/work/claims/bad.ts`,
    "export * from '../../operations/summary/index.ts';",
    law,
  ],
  [
    'the agent imports the controller',
    'apps/agent/src/bad.ts',
    `export * from '../../controller/src/platform/index.ts';`,
    law,
  ],
  [
    'the controller imports the agent',
    `${controller}/bad.ts`,
    `export * from '../../agent/src/agent-error.ts';`,
    law,
  ],
  [
    'the command line imports the decisions',
    'apps/cli/src/bad.ts',
    "export * from '@ironwheel/decisions';",
    law,
  ],
  [
    'the Engine Room imports the packaging library',
    'apps/engine-room/src/bad.tsx',
    "export * from '@ironwheel/packaging';",
    law,
  ],
  ['the Engine Room imports node', 'apps/engine-room/src/bad.ts', "export * from 'node:path';", law],
  [
    'the Engine Room imports the controller',
    'apps/engine-room/src/bad.ts',
    "export * from '../../controller/src/platform/index.ts';",
    law,
  ],
  [
    'a deep import into a library',
    'apps/agent/src/bad.ts',
    "export * from '../../../libs/contracts/src/job.ts';",
    law,
  ],
  [
    'a deep import into a plugin',
    'apps/agent/src/bad.ts',
    "export * from '../../../plugins/log-shipper/src/config.ts';",
    law,
  ],
  [
    'a dynamic import of another plugin',
    'plugins/log-shipper/src/bad.ts',
    "export const p = import('@ironwheel/plugin-queue-postgres');",
    law,
  ],
  [
    'code of the product imports the harness',
    'apps/agent/src/bad.ts',
    "export * from '@ironwheel/testing';",
    law,
  ],
  [
    'a feature reads the environment',
    `${controller}/work/claims/bad.ts`,
    "export const e = process.env['HOME'];",
    'no-restricted-properties',
  ],
  ['a TypeScript enum', 'libs/contracts/src/bad.ts', 'export enum Bad { A }', 'no-restricted-syntax'],
  ['printing to the console', 'plugins/log-shipper/src/bad.ts', "console.log('x');", 'no-console'],
];

const allowed: [why: string, file: string, code: string][] = [
  ['packaging imports its neighbour', 'libs/packaging/src/good.ts', "export * from './names.ts';"],
  [
    'the Engine Room imports the contracts',
    'apps/engine-room/src/good.tsx',
    "export * from '@ironwheel/contracts';",
  ],
  ['contracts imports zod', 'libs/contracts/src/good.ts', "export { z } from 'zod';"],
  ['the resolver imports packaging', 'libs/resolver/src/good.ts', "export * from '@ironwheel/packaging';"],
  ['a plugin imports the kit', 'plugins/log-shipper/src/good.ts', "export * from '@ironwheel/plugin-kit';"],
  [
    'a feature imports another by its door',
    `${controller}/work/claims/good.ts`,
    "export * from '../jobs/index.ts';",
  ],
  [
    'a feature imports the platform by its door',
    `${controller}/work/claims/good.ts`,
    "export * from '../../platform/index.ts';",
  ],
  [
    'a test imports the harness',
    'plugins/log-shipper/src/good.spec.ts',
    "export * from '@ironwheel/testing';",
  ],
];

describe('the import law in ESLint', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(refused)('refuses: %s', async (_why, file, code, rule) => {
    expect(await rulesBroken(file, code)).toContain(rule);
  });

  it.each(allowed)('allows: %s', async (_why, file, code) => {
    expect(await rulesBroken(file, code)).toEqual([]);
  });

  it('prints nothing while it works', async () => {
    const printed = (['log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
    await rulesBroken('libs/packaging/src/good.ts', "export * from './names.ts';");
    expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
  });
});
