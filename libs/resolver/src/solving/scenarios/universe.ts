import { type MissingReason } from '../solver-types.ts';
import {
  createTarget,
  matchesSpecifier,
  parseRequirement,
  parseSpecifierSet,
  parseVersion,
  type Requirement,
  type TargetEnvironment,
  type Version,
} from '@ironwheel/packaging';
import {
  type Missing,
  type ReleaseNeeds,
  type ReleaseProvider,
  type RootRequirement,
  type SolveOutcome,
  type SolveRequest,
  type SolverRelease,
} from '../solver-types.ts';

/**
 * Project → release → what it requires, joined by ` | `. A release is its version and words: `yanked`, a missing
 * reason (`no_sdist`), `python>=3.13` as an index tells it, `metadata-python>=3.13` as only its METADATA tells it,
 * `unknown` where only a build could tell what it requires.
 */
export type Universe = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface TestRelease extends SolverRelease {
  readonly needs: ReleaseNeeds;
}

export const targets = {
  x86: createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_x86_64' }),
  s390x: createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' }),
} as const;

const missingWords: readonly MissingReason[] = ['no_sdist', 'requires_python', 'excluded', 'known_failure'];

const listExtras = (requirements: readonly Requirement[]): string[] => {
  const names = requirements.flatMap(({ text }) =>
    [...text.matchAll(/extra == ["']([^"']+)["']/g)].map(([, name]) => name ?? ''),
  );
  return [...new Set(names)];
};

const findRefusal = (label: string, specifier: string, target: TargetEnvironment): Missing | null =>
  matchesSpecifier(target.pythonFullVersion, parseSpecifierSet(specifier), { prereleases: true })
    ? null
    : {
        code: 'requires_python',
        text: `${label} needs Python ${specifier}; the target has ${target.pythonFullVersion}.`,
      };

const readRelease = (name: string, key: string, requires: string, target: TargetEnvironment): TestRelease => {
  const [text = '', ...words] = key.split(' ');
  const label = `${name} ${text}`;
  const python = words.find((word) => word.startsWith('python'))?.slice('python'.length);
  const late = words.find((word) => word.startsWith('metadata-python'))?.slice('metadata-python'.length);
  const code = missingWords.find((word) => words.includes(word));
  const given = code === undefined ? null : { code, text: `${label}: ${code}.` };
  const extras = words.filter((word) => word.startsWith('+')).map((word) => word.slice(1));
  const requirements =
    requires === '' || words.includes('unknown') ? [] : requires.split(' | ').map(parseRequirement);
  return {
    version: parseVersion(text),
    missing: given ?? (python === undefined ? null : findRefusal(label, python, target)),
    isYanked: words.includes('yanked'),
    needs: {
      requirements,
      providesExtra: [...listExtras(requirements), ...extras],
      refusal: late === undefined ? null : findRefusal(label, late, target),
      isUnknown: words.includes('unknown'),
    },
  };
};

/** Answers from a universe; `delays` lets answers come in another order than they were asked for. */
export class UniverseProvider implements ReleaseProvider<TestRelease> {
  readonly read: string[] = [];
  readonly #universe: Universe;
  readonly #target: TargetEnvironment;
  readonly #allowedUrls: readonly string[];
  readonly #turns: () => number;

  constructor(
    universe: Universe,
    target: TargetEnvironment,
    allowedUrls: readonly string[] = [],
    turns: () => number = () => 0,
  ) {
    this.#universe = universe;
    this.#target = target;
    this.#allowedUrls = allowedUrls;
    this.#turns = turns;
  }

  async listReleases(name: string): Promise<TestRelease[]> {
    await this.#wait();
    return Object.entries(this.#universe[name] ?? {}).map(([key, requires]) =>
      readRelease(name, key, requires, this.#target),
    );
  }

  async readNeeds(name: string, release: TestRelease): Promise<ReleaseNeeds> {
    this.read.push(`${name} ${release.version.text}`);
    await this.#wait();
    return release.needs;
  }

  allowsUrl(_name: string, url: string): boolean {
    return this.#allowedUrls.includes(url);
  }

  async #wait(): Promise<void> {
    for (let left = this.#turns(); left > 0; left -= 1) await Promise.resolve();
  }
}

const toLines = (lines: readonly string[], file: string): RootRequirement[] =>
  lines.map((text, at) => ({
    requirement: parseRequirement(text),
    label: `${text} (${file}:${at + 1})`,
  }));

export interface Ask {
  readonly packages: Universe;
  readonly ask: readonly string[];
  readonly constraints?: readonly string[];
  /** By project, the requirements that stand for every other. */
  readonly overrides?: Readonly<Record<string, readonly string[]>>;
  readonly excludes?: readonly string[];
  readonly preferred?: Readonly<Record<string, string>>;
  readonly options?: Partial<SolveRequest<TestRelease>>;
}

export const testLimits = { maxPackages: 500, maxDepth: 100, maxRequirements: 500, maxSteps: 20_000 };

export const toRequest = (asked: Ask, target: TargetEnvironment): SolveRequest<TestRelease> => {
  const preferred = new Map<string, Version>(
    Object.entries(asked.preferred ?? {}).map(([name, text]) => [name, parseVersion(text)]),
  );
  const urls = asked.ask.map((text) => parseRequirement(text).url).filter((url) => url !== undefined);
  return {
    roots: toLines(asked.ask, 'requirements.txt'),
    constraints: toLines(asked.constraints ?? [], 'constraints.txt'),
    overrides: new Map(
      Object.entries(asked.overrides ?? {}).map(([name, lines]) => [name, toLines(lines, 'overrides.txt')]),
    ),
    excludes: new Set(asked.excludes),
    target,
    provider: new UniverseProvider(asked.packages, target, urls),
    preference: 'newest',
    preferred,
    allowsPrereleases: false,
    missingPolicy: 'report',
    limits: testLimits,
    noDeps: false,
    ...asked.options,
  };
};

/** `a==1.0 b[x]==2.0 c==1.0!no_sdist d==?!not_found`, or `conflict: …` with its summary. */
export const formatOutcome = (outcome: SolveOutcome<TestRelease>): string => {
  if (outcome.kind === 'conflict') return `conflict: ${outcome.conflict.summary}`;
  return outcome.packages
    .map(({ name, release, missing, extras }) => {
      const asked = extras.length === 0 ? '' : `[${extras.join(',')}]`;
      const why = missing === null ? '' : `!${missing.code}`;
      return `${name}${asked}==${release?.version.text ?? '?'}${why}`;
    })
    .join(' ');
};
