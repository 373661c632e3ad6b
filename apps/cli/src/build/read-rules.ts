import { readFile } from 'node:fs/promises';
import { packageOverridesSchema, type ComputePlan, type PackageOverride } from '@ironwheel/contracts';
import { isValidName } from '@ironwheel/packaging';
import { usageError } from '../cli-error.ts';
import { parseConstraints } from './collect-inputs.ts';
import type { RuleOptions } from './rule-options.ts';

type PlanRules = Pick<
  ComputePlan,
  | 'strategy'
  | 'overrides'
  | 'excludes'
  | 'packages'
  | 'fallback_latest'
  | 'no_deps'
  | 'prereleases'
  | 'missing'
  | 'bootstrap'
  | 'no_binary'
  | 'only_binary'
  | 'exclude_newer'
  | 'refresh'
  | 'skip_known_failures'
  | 'extras'
  | 'dependency_groups'
  | 'max_deps'
>;

const maxFileBytes = 16 * 1024 * 1024;

/** The rules of a plan as they go over the wire. Throws a usage error that names the option or file at fault. */
export async function readRules(options: RuleOptions): Promise<PlanRules> {
  if (options.eager === true && options.strategy !== undefined && options.strategy !== 'eager') {
    throw usageError(`--eager and --strategy ${options.strategy} contradict each other.`);
  }
  const overrides: string[] = [];
  for (const path of options.override ?? []) {
    overrides.push(...parseConstraints(await readText(path), path));
  }
  const strategy = options.eager === true ? 'eager' : options.strategy;
  const names = {
    excludes: checkNames('--exclude', options.exclude),
    no_binary: checkNames('--no-binary', Array.isArray(options.binary) ? options.binary : undefined, true),
    only_binary: checkNames('--only-binary', options.onlyBinary, true),
    extras: checkNames('--extra', options.extra),
    dependency_groups: checkNames('--group', options.group),
  };
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(overrides.length === 0 ? {} : { overrides }),
    ...Object.fromEntries(Object.entries(names).filter(([, list]) => list !== undefined)),
    ...(options.packageOverrides === undefined
      ? {}
      : { packages: await readPackageOverrides(options.packageOverrides) }),
    ...(options.fallbackLatest === true ? { fallback_latest: true } : {}),
    ...(options.deps === false ? { no_deps: true } : {}),
    ...(options.pre === true ? { prereleases: true } : {}),
    ...(options.missing === undefined ? {} : { missing: options.missing }),
    ...(options.bootstrap === true ? { bootstrap: true } : {}),
    ...(options.excludeNewer === undefined ? {} : { exclude_newer: options.excludeNewer }),
    ...(options.refresh === true ? { refresh: true } : {}),
    ...(options.skipKnownFailures === true ? { skip_known_failures: true } : {}),
    ...(options.maxDeps === undefined ? {} : { max_deps: options.maxDeps }),
  };
}

async function readPackageOverrides(path: string): Promise<Record<string, PackageOverride>> {
  let content: unknown;
  try {
    content = JSON.parse(await readText(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw usageError(`${path} is no JSON: ${error.message}.`);
  }
  const parsed = packageOverridesSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usageError(
    `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`,
    'For example: {"numpy": {"excluded": "no port yet"}}',
  );
}

const isListWord = (name: string): boolean => name === ':all:' || name === ':none:';

function checkNames(
  option: string,
  names: readonly string[] | undefined,
  allowsWords = false,
): string[] | undefined {
  if (names === undefined) return undefined;
  const wrong = names.find((name) => !isValidName(name) && !(allowsWords && isListWord(name)));
  if (wrong === undefined) return [...names];
  throw usageError(`${option}: "${wrong}" is no name of a project.`);
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError(`${path} cannot be read (${String((error as NodeJS.ErrnoException).code)}).`);
  });
  if (text.length > maxFileBytes) throw usageError(`${path} is larger than ${maxFileBytes} bytes.`);
  return text;
}
