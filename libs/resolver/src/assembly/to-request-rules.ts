import { type ComputePlan, type PackageOverride } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import { readRequirementLines } from '../inputs/read-requirements.ts';
import { type PlanRequest } from '../planning/plan-request.ts';

/** How a plan is made, in the words of the wire; what chooses from inputs is not among it. */
export type PlanRules = Pick<
  ComputePlan,
  | 'overrides'
  | 'excludes'
  | 'packages'
  | 'fallback_latest'
  | 'no_deps'
  | 'missing'
  | 'bootstrap'
  | 'only_binary'
  | 'exclude_newer'
  | 'max_deps'
>;

/** What holds where a call says nothing. */
export interface ConfiguredRules {
  /** By project, in any spelling. */
  readonly packages?: Readonly<Record<string, PackageOverride>> | undefined;
  readonly fallbackLatest?: boolean;
  /** No call may ask for more. */
  readonly maxPackages: number;
}

type RequestRules = Pick<
  PlanRequest,
  | 'overrides'
  | 'excludes'
  | 'packages'
  | 'fallbackLatest'
  | 'noDeps'
  | 'missingPolicy'
  | 'bootstrap'
  | 'onlyBinary'
  | 'excludeNewer'
  | 'limits'
>;

/** The call's own words over the configuration's. Throws `InputInvalidError` for override lines that are none. */
export const toRequestRules = (rules: PlanRules, configured: ConfiguredRules): RequestRules => ({
  overrides: readRequirementLines(rules.overrides ?? [], 'overrides').requirements,
  packages: mergePackages(configured.packages ?? {}, rules.packages ?? {}),
  fallbackLatest: rules.fallback_latest ?? configured.fallbackLatest ?? false,
  limits: { maxPackages: Math.min(rules.max_deps ?? configured.maxPackages, configured.maxPackages) },
  ...(rules.only_binary === undefined ? {} : { onlyBinary: rules.only_binary }),
  ...(rules.excludes === undefined ? {} : { excludes: rules.excludes }),
  ...(rules.no_deps === undefined ? {} : { noDeps: rules.no_deps }),
  ...(rules.bootstrap === undefined ? {} : { bootstrap: rules.bootstrap }),
  ...(rules.missing === undefined ? {} : { missingPolicy: rules.missing }),
  ...(rules.exclude_newer === undefined ? {} : { excludeNewer: rules.exclude_newer }),
});

type Packages = Readonly<Record<string, PackageOverride>>;

/** By normalized name; of what both state of a package, the call's holds. */
const mergePackages = (configured: Packages, called: Packages): Packages => {
  const merged = new Map<string, PackageOverride>();
  for (const [name, override] of [...Object.entries(configured), ...Object.entries(called)]) {
    const key = normalizeName(name);
    merged.set(key, { ...merged.get(key), ...override });
  }
  return Object.fromEntries(merged);
};
