import { type ComputePlan, type PlanDocument } from '@ironwheel/contracts';
import { type TargetEnvironment } from '@ironwheel/packaging';
import { type Netrc } from '../index-client/netrc.ts';
import { systemClock } from '../index-client/system-clock.ts';
import { type LocalInput } from '../inputs/list-input-folder.ts';
import { readRequirementLines } from '../inputs/read-requirements.ts';
import { computePlan } from '../planning/compute-plan.ts';
import { type PlanStrategy } from '../planning/plan-request.ts';
import { openHttpAccess, type HttpAccess } from './http-access.ts';
import { openPlanIndex } from './open-plan-index.ts';
import { type PlanCaches } from './plan-caches.ts';
import { readLocalInputs } from './read-local-inputs.ts';
import { toRequestRules, type ConfiguredRules, type PlanRules } from './to-request-rules.ts';

/**
 * Pages of an index are taken for as long without asking again, so that plans made one after another ask an index
 * once, also one that says nothing of how long its pages hold. A new release is seen a minute late at most.
 */
const minFreshMs = 60_000;

/** What a plan without a controller is made from. */
export interface LocalPlan {
  readonly runId: string;
  readonly target: TargetEnvironment;
  readonly strategy: PlanStrategy;
  readonly files: readonly LocalInput[];
  /** In the words of the wire. */
  readonly call: PlanRules &
    Pick<
      ComputePlan,
      | 'requirements'
      | 'constraints'
      | 'no_binary'
      | 'prereleases'
      | 'extras'
      | 'dependency_groups'
      | 'refresh'
    > & { readonly rebuild?: boolean };
  readonly configured: ConfiguredRules;
  /** In order of trust; may carry credentials. */
  readonly urls: readonly string[];
  readonly access: HttpAccess;
  readonly netrc?: Netrc | null;
  readonly caches: PlanCaches;
  readonly signal?: AbortSignal;
}

/**
 * Plans on this machine, for any target: the same plan as a controller makes that has no wheels of its own. Throws as
 * `computePlan`, and `InputInvalidError` with every problem of every file.
 */
export const planLocally = async (plan: LocalPlan): Promise<PlanDocument> => {
  const { call, target, urls, access, caches, signal } = plan;
  const rules = toRequestRules(call, plan.configured);
  const inputs = await readLocalInputs(plan.files, {
    target,
    extras: call.extras,
    dependencyGroups: call.dependency_groups,
    signal,
  });
  const asked = readRequirementLines(call.requirements ?? [], 'requirements');
  const bounds = readRequirementLines(call.constraints ?? [], 'constraints');
  const http = openHttpAccess(access);
  try {
    const document = await computePlan({
      ...rules,
      runId: plan.runId,
      target,
      strategy: plan.strategy,
      rebuild: call.rebuild ?? false,
      requirements: [...inputs.requirements, ...asked.requirements],
      constraints: [...inputs.constraints, ...bounds.requirements],
      locked: inputs.locked,
      sourceFiles: inputs.sourceFiles,
      kept: inputs.kept,
      noBinary: [...inputs.noBinary, ...asked.noBinary, ...(call.no_binary ?? [])],
      allowsPrereleases: inputs.allowsPrereleases || asked.allowsPrereleases || call.prereleases === true,
      index: openPlanIndex({
        urls,
        caches,
        transport: http.transport,
        clock: systemClock,
        netrc: plan.netrc ?? null,
        minFreshMs,
        refresh: call.refresh ?? false,
        ...(call.exclude_newer === undefined ? {} : { excludeNewer: call.exclude_newer }),
      }),
      ...(signal === undefined ? {} : { signal }),
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const notes = [...inputs.notes, ...(document.notes ?? [])];
    return notes.length === 0 ? document : { ...document, notes };
  } finally {
    await http.close();
    await caches.flush();
  }
};
