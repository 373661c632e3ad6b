import { homedir } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import type { Environment } from '@ironwheel/config';
import type { PlanDocument } from '@ironwheel/contracts';
import { createTarget, PackagingError, type TargetEnvironment } from '@ironwheel/packaging';
import {
  findNetrc,
  findPlanFailure,
  PlanCaches,
  planLocally as planOnThisMachine,
  type HttpAccess,
} from '@ironwheel/resolver';
import { CliError, exitCodes, usageError } from '../cli-error.ts';
import { askPip } from '../up/ask-pip.ts';
import { readPipFiles, type PipAccess } from '../up/read-pip-files.ts';
import type { CollectedInputs } from './collect-inputs.ts';
import type { InputOptions } from './input-options.ts';
import { readRules } from './read-rules.ts';

export interface LocalOptions extends InputOptions {
  readonly indexUrl?: string;
  readonly extraIndexUrl?: string[];
  readonly runId?: string;
}

const maxCacheBytes = 2 * 1024 ** 3;
const maxPackages = 20_000;

/** Without a controller: from the files and indexes that this machine sees, for any target. */
export async function planLocally(
  inputs: CollectedInputs,
  options: LocalOptions,
  env: Environment,
  warn: (text: string) => void,
): Promise<PlanDocument> {
  if (options.skipKnownFailures === true) {
    throw usageError('--skip-known-failures is for plans of a controller: this machine knows of no builds.');
  }
  const target = toTarget(options);
  const { strategy = 'pinned', ...rules } = await readRules(options);
  const { urls, access } = await findIndexes(options, env);
  const named = env['NETRC'] ?? '';
  const netrc = await findNetrc({ path: named === '' ? null : named, warn: (sentence) => warn(sentence) });
  try {
    return await planOnThisMachine({
      runId: options.runId ?? `run_${randomUUID()}`,
      target,
      strategy,
      files: inputs.files,
      call: {
        ...rules,
        rebuild: options.rebuild === true,
        requirements: [...inputs.requirements],
        constraints: [...inputs.constraints],
      },
      configured: { maxPackages },
      urls,
      access,
      netrc,
      caches: new PlanCaches({
        directory: join(cacheHome(env), 'ironwheel', 'index'),
        maxBytes: maxCacheBytes,
        access: 'at-once',
        onProblem: (problem) => warn(problem),
      }),
    });
  } catch (error) {
    throw toCliError(error);
  }
}

function toTarget({ python, platform }: LocalOptions): TargetEnvironment {
  if (python === undefined || platform === undefined) {
    throw usageError(
      '--local plans for the target that is named, not for this machine.',
      'For example: --python 3.12 --platform manylinux_2_28_s390x',
    );
  }
  try {
    return createTarget({ pythonVersion: python, platformTag: platform });
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    throw usageError(error.message);
  }
}

/** As named, else INDEX_URL, else what pip on this machine uses; so no address stands in the code. */
async function findIndexes(
  options: LocalOptions,
  env: Environment,
): Promise<{ readonly urls: readonly string[]; readonly access: HttpAccess }> {
  const named = options.indexUrl ?? env['INDEX_URL'];
  const extra = options.extraIndexUrl ?? splitList(env['EXTRA_INDEX_URL']);
  if (named !== undefined)
    return { urls: [named, ...extra], access: await toAccess(await readPipFiles(env)) };
  const { settings: pip, problem } = await askPip(env);
  if (pip === null || pip.no_index || pip.index_url === null) {
    throw usageError(
      `No package index is known${problem === null ? '' : `: ${problem}`}.`,
      'Name one with --index-url or INDEX_URL.',
    );
  }
  const access = await toAccess({ cert: pip.cert, proxy: pip.proxy, trustedHosts: pip.trusted_hosts });
  return { urls: [pip.index_url, ...pip.extra_index_urls, ...extra], access };
}

const toAccess = async ({ cert, proxy, trustedHosts }: PipAccess): Promise<HttpAccess> => ({
  ca: cert === null ? null : await readCa(cert),
  proxy,
  trustedHosts,
});

const splitList = (text: string | undefined): string[] =>
  (text ?? '').split(/[\s,]+/).filter((item) => item !== '');

async function readCa(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const code = String((error as NodeJS.ErrnoException).code);
    throw usageError(`The file of authorities that pip names, ${path}, cannot be read (${code}).`);
  });
}

/** The XDG Base Directory Specification: a relative path is to be ignored. */
function cacheHome(env: Environment): string {
  const given = env['XDG_CACHE_HOME'];
  return given?.startsWith('/') === true ? given : join(homedir(), '.cache');
}

const exitCodeOf = {
  INPUT_INVALID: exitCodes.usage,
  PLAN_UNRESOLVABLE: exitCodes.refused,
  PLAN_INDEX_UNREACHABLE: exitCodes.unreachable,
} as const;

function toCliError(error: unknown): unknown {
  const failure = findPlanFailure(error);
  if (failure === undefined) return error;
  const { code, lines, cause } = failure;
  return new CliError(lines.join('\n'), { exitCode: exitCodeOf[code], code, cause });
}
