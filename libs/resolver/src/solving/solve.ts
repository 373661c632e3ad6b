import { namesPrerelease } from '@ironwheel/packaging';
import { collectFacts } from './collect-facts.ts';
import { explainConflict } from './explain-conflict.ts';
import { LookAhead } from './look-ahead.ts';
import { openLeftOut } from './open-left-out.ts';
import { PackageTable } from './package-table.ts';
import { ConditionReader } from './read-conditions.ts';
import { ReleaseCatalog } from './release-catalog.ts';
import { ReleaseExpander, toRootConditions } from './release-expander.ts';
import { revokeUnusedPermits } from './release-permits.ts';
import { reviewEscapes } from './review-escapes.ts';
import { Search, type Decisions } from './search.ts';
import { SearchBudget } from './search-budget.ts';
import { SolverLimitError } from './solver-error.ts';
import { type SolveOutcome, type SolveRequest, type SolverRelease } from './solver-types.ts';
import { SolutionWalk } from './walk-solution.ts';
import { writeSolution } from './write-solution.ts';

/** Projects of which the user names a pre-release: there they are as good as any other (PEP 440). */
const findOpened = (request: SolveRequest<SolverRelease>): ReadonlySet<string> => {
  const lines = [...request.roots, ...request.constraints, ...[...request.overrides.values()].flat()];
  return new Set(
    lines
      .filter(({ requirement }) => requirement.specifiers.specifiers.some(namesPrerelease))
      .map(({ requirement }) => requirement.normalizedName),
  );
};

/**
 * Finds one release of each package that is needed, so that every requirement is met on the target; or tells why there
 * is none. Throws `SolverLimitError`, the reason of the signal, and what the provider throws.
 */
export const solve = async <R extends SolverRelease>(request: SolveRequest<R>): Promise<SolveOutcome<R>> => {
  const opened = findOpened(request);
  const catalog = new ReleaseCatalog<R>(
    request.provider,
    (project) => {
      if (request.allowsPrereleases || opened.has(project.name)) project.prereleases = 'open';
    },
    request.signal,
  );
  const reader = new ConditionReader(request);
  const ahead = new LookAhead(request, catalog, reader);
  try {
    return await search(request, catalog, reader, ahead);
  } finally {
    ahead.end();
  }
};

const search = async <R extends SolverRelease>(
  request: SolveRequest<R>,
  catalog: ReleaseCatalog<R>,
  reader: ConditionReader,
  ahead: LookAhead,
): Promise<SolveOutcome<R>> => {
  const budget = new SearchBudget(request);
  for (;;) {
    budget.count('a new beginning');
    for (const project of catalog.projects) project.isInUse = false;
    const table = new PackageTable(request.missingPolicy, request.constraints);
    const expander = new ReleaseExpander(request, catalog, reader, ahead, table);
    const result = await new Search(request, table, expander, budget).run();
    if (result.kind === 'restart') continue;
    if (result.kind === 'conflict') {
      const facts = collectFacts(result.proof);
      if (openLeftOut(facts, request.missingPolicy)) continue;
      const lines = toRootConditions(request, reader).map(({ text }) => text);
      return { kind: 'conflict', conflict: explainConflict(facts, lines) };
    }
    const outcome = finish(request, catalog, reader, result.decisions);
    if (outcome !== undefined) return outcome;
  }
};

/** Undefined: something was let in or left out that the solution shows to be wrong; it is not from now on. */
const finish = <R extends SolverRelease>(
  request: SolveRequest<R>,
  catalog: ReleaseCatalog<R>,
  reader: ConditionReader,
  decisions: Decisions,
): SolveOutcome<R> | undefined => {
  const reached = new SolutionWalk(request, catalog, reader, decisions).walk(
    toRootConditions(request, reader),
  );
  if (revokeUnusedPermits(reached, decisions.keys())) return undefined;
  if (reviewEscapes(reached, request, catalog)) return undefined;
  for (const { depth, project } of reached.values()) {
    if (depth > request.limits.maxDepth) {
      throw new SolverLimitError('maxDepth', request.limits.maxDepth, project.name);
    }
  }
  return writeSolution(catalog, reached);
};
