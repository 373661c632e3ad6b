import { describe, expect, it } from 'vitest';
import { extrasScenarios } from './scenarios/extras.scenarios.ts';
import { prereleaseScenarios } from './scenarios/prereleases.scenarios.ts';
import { ruleScenarios } from './scenarios/rules.scenarios.ts';
import { type Scenario } from './scenarios/scenario.ts';
import { searchScenarios } from './scenarios/searches.scenarios.ts';
import { targetScenarios } from './scenarios/targets.scenarios.ts';
import { unknownNeedsScenarios } from './scenarios/unknown-needs.scenarios.ts';
import { formatOutcome, targets, toRequest, UniverseProvider } from './scenarios/universe.ts';
import { versionScenarios } from './scenarios/versions.scenarios.ts';
import { solve } from './solve.ts';
import { SolverLimitError } from './solver-error.ts';

const groups: readonly (readonly [string, readonly Scenario[]])[] = [
  ['extras', extrasScenarios],
  ['pre-releases', prereleaseScenarios],
  ['versions', versionScenarios],
  ['targets', targetScenarios],
  ['rules', ruleScenarios],
  ['searches', searchScenarios],
  ['unknown needs', unknownNeedsScenarios],
];

const run = async (
  scenario: Scenario,
  machine: keyof typeof targets,
): Promise<readonly [string, readonly string[]]> => {
  try {
    const outcome = await solve(toRequest(scenario, targets[machine]));
    return [formatOutcome(outcome), outcome.kind === 'solved' ? outcome.notes : []];
  } catch (error) {
    if (error instanceof SolverLimitError) return [`limit: ${error.limit}`, []];
    throw error;
  }
};

const check = async (scenario: Scenario, machine: keyof typeof targets): Promise<void> => {
  const wanted = (machine === 's390x' ? scenario.s390x : undefined) ?? scenario.expect;
  const [outcome, notes] = await run(scenario, machine);
  if (typeof wanted === 'string') {
    expect(outcome).toBe(wanted);
    expect(notes).toEqual(scenario.notes ?? []);
  } else if ('limit' in wanted) expect(outcome).toBe(`limit: ${wanted.limit}`);
  else {
    expect(outcome).toMatch(/^conflict: /);
    expect(outcome).toContain(wanted.conflict);
  }
};

describe.each(groups)('%s', (_, scenarios) => {
  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    '%s',
    async (_title, scenario) => {
      await check(scenario, 'x86');
      await check(scenario, 's390x');
    },
  );

  it('gives the same whatever the order of the answers', async () => {
    for (const scenario of scenarios) {
      if (typeof scenario.expect === 'object' && 'limit' in scenario.expect) continue;
      const inOrder = await solve(toRequest(scenario, targets.s390x));
      const request = toRequest(scenario, targets.s390x);
      let turn = 0;
      const urls = scenario.ask.flatMap((text) => text.split(' @ ').slice(1));
      const provider = new UniverseProvider(scenario.packages, targets.s390x, urls, () => (turn += 7) % 11);
      const shuffled = await solve({ ...request, provider });
      expect(JSON.stringify(shuffled, toText)).toBe(JSON.stringify(inOrder, toText));
    }
  });
});

const toText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
