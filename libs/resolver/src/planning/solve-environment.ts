import { toVersionKey, type Requirement, type Version } from '@ironwheel/packaging';
import { type Conflict, type Missing, type SolvedPackage } from '../solving/solver-types.ts';
import { type PlanRelease, type ReleaseRules } from './judge-release.ts';
import { type PlanContext } from './plan-context.ts';
import { compareTexts, type PlanGraph } from './plan-graph.ts';
import { solveWithin } from './plan-install.ts';
import { type PlanProvider } from './plan-provider.ts';

export type Environment =
  | {
      readonly kind: 'solved';
      readonly packages: readonly SolvedPackage<PlanRelease>[];
      readonly notes: readonly string[];
      readonly provider: PlanProvider;
    }
  | { readonly kind: 'conflict'; readonly conflict: Conflict };

const needsBootstrap = (version: Version): Missing => ({
  code: 'needs_bootstrap',
  text: `${version.text} has no ready wheel for the target, and a build needs it; plan with bootstrap to build it as well.`,
});

/**
 * Solves build environments, each on its own, as an isolated build has it (PEP 517). Ready wheels are taken: own, handed
 * in, then the index by tag order. `no_binary` is about what is installed; it reaches build requirements only with
 * `bootstrap`, for without that nothing of them may be built. What the plan builds anyway serves as if it were ready.
 */
export class EnvironmentSolver {
  readonly #context: PlanContext;
  readonly #built: ReadonlyMap<string, Version>;
  readonly #preferred: ReadonlyMap<string, Version>;
  readonly #providers = new Map<string, PlanProvider>();
  readonly #environments = new Map<string, Promise<Environment>>();

  constructor(context: PlanContext, installed: PlanGraph) {
    this.#context = context;
    const releases = installed.nodes.flatMap(({ name, planned, verdict }) =>
      planned === null || verdict === 'missing' ? [] : [{ name, version: planned.version, verdict }],
    );
    this.#preferred = new Map(releases.map(({ name, version }) => [name, version]));
    this.#built = new Map(
      releases.flatMap(({ name, version, verdict }) => (verdict === 'build' ? [[name, version]] : [])),
    );
  }

  /** Many builds ask for the same few things. */
  solve(requirements: readonly Requirement[]): Promise<Environment> {
    const key = [...new Set(requirements.map(({ text }) => text))].sort(compareTexts).join('\n');
    const known = this.#environments.get(key);
    if (known !== undefined) return known;
    const environment = this.#solve(requirements);
    this.#environments.set(key, environment);
    return environment;
  }

  async #solve(requirements: readonly Requirement[]): Promise<Environment> {
    const mayBuild = new Set<string>();
    for (;;) {
      const environment = await this.#solveWith(requirements, mayBuild);
      if (environment.kind === 'conflict' || this.#context.request.bootstrap !== true) return environment;
      // Ready wheels are looked for first, in older versions too; only what has none at all is built.
      const lacking = environment.packages.filter(({ missing }) => missing?.code === 'needs_bootstrap');
      const before = mayBuild.size;
      for (const { name } of lacking) mayBuild.add(name);
      if (mayBuild.size === before) return environment;
    }
  }

  async #solveWith(
    requirements: readonly Requirement[],
    mayBuild: ReadonlySet<string>,
  ): Promise<Environment> {
    const { request, wishes, limits } = this.#context;
    const provider = this.#findProvider(mayBuild);
    const outcome = await solveWithin({
      roots: requirements.map((requirement) => ({ requirement, label: requirement.text })),
      constraints: [],
      overrides: new Map(),
      excludes: wishes.excludes,
      target: request.target,
      provider,
      preference: 'newest',
      preferred: this.#preferred,
      allowsPrereleases: false,
      missingPolicy: request.missingPolicy ?? 'report',
      limits,
      noDeps: false,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(request.breathe === undefined ? {} : { breathe: request.breathe }),
    });
    return outcome.kind === 'conflict'
      ? outcome
      : { kind: 'solved', packages: outcome.packages, notes: outcome.notes, provider };
  }

  #findProvider(mayBuild: ReadonlySet<string>): PlanProvider {
    const key = [...mayBuild].sort(compareTexts).join(' ');
    const known = this.#providers.get(key);
    if (known !== undefined) return known;
    const allowed = new Set(mayBuild);
    const provider = this.#context.createProvider((name) => this.#rulesOf(name, allowed), true, 'build');
    this.#providers.set(key, provider);
    return provider;
  }

  #rulesOf(name: string, allowed: ReadonlySet<string>): ReleaseRules {
    const { request, wishes, findBinaryRule, findKnownFailure } = this.#context;
    const { mayBuild, wheels } = findBinaryRule(name);
    const built = this.#built.get(name);
    return {
      target: request.target,
      binary: { mayBuild, wheels: request.bootstrap === true ? wheels : 'any' },
      rebuild: false,
      isPlain: false,
      hashGroups: [],
      excluded: wishes.packages.get(name)?.excluded ?? null,
      findKnownFailure: findKnownFailure(name),
      refuseBuild: (version) => {
        const isBuilt = built !== undefined && toVersionKey(built) === toVersionKey(version);
        return isBuilt || allowed.has(name) ? undefined : needsBootstrap(version);
      },
    };
  }
}
