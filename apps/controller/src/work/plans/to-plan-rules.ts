import type { ConfigOf } from '@ironwheel/config';
import type { ComputePlan } from '@ironwheel/contracts';
import { InputInvalidError, toRequestRules, type PlanRequest } from '@ironwheel/resolver';
import { toInputInvalid } from '../inputs/index.ts';
import type { GatheredInputs } from './gather-inputs.ts';
import type { planRulesSection } from './plan-rules.section.ts';

type Settings = Pick<
  ConfigOf<typeof planRulesSection>,
  'PLAN_OVERRIDES_JSON' | 'MAX_DEPS' | 'FALLBACK_LATEST'
>;

/** What the call and the configuration say of a plan. Throws INPUT_INVALID for override lines that are none. */
export function toPlanRules(
  body: ComputePlan,
  inputs: GatheredInputs,
  settings: Settings,
): Omit<PlanRequest, 'runId' | 'target' | 'strategy' | 'index'> {
  const { requirements, constraints, sourceFiles, noBinary } = inputs;
  return {
    ...readRules(body, settings),
    requirements,
    constraints,
    sourceFiles,
    noBinary,
    allowsPrereleases: inputs.allowsPrereleases || body.prereleases === true,
    rebuild: body.rebuild,
  };
}

function readRules(body: ComputePlan, settings: Settings): ReturnType<typeof toRequestRules> {
  try {
    return toRequestRules(body, {
      packages: settings.PLAN_OVERRIDES_JSON,
      fallbackLatest: settings.FALLBACK_LATEST,
      maxPackages: settings.MAX_DEPS,
    });
  } catch (error) {
    if (!(error instanceof InputInvalidError)) throw error;
    throw toInputInvalid(error.problems.map((message) => ({ path: 'overrides', message })));
  }
}
