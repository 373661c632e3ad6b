import {
  findPin,
  findVersion,
  normalizeName,
  toVersionKey,
  type RequirementHash,
  type Version,
} from '@ironwheel/packaging';
import { type PackageFiles } from '../index-client/package-files.ts';
import { createBinaryRules, type FindBinaryRule } from './binary-rule.ts';
import { judgeRelease, toPlainRules, type ReleaseRules } from './judge-release.ts';
import { type NodeRole } from './plan-graph.ts';
import { PlanProvider } from './plan-provider.ts';
import { defaultPlanLimits, type PlanLimits, type PlanRequest } from './plan-request.ts';
import { NeedsReader } from './read-needs.ts';
import { ReleaseCatalogue } from './release-catalogue.ts';
import { type Release } from './release.ts';
import { type Wish, type Wishes } from './wish.ts';

/** What every step of one plan shares. */
export interface PlanContext {
  readonly request: PlanRequest;
  readonly wishes: Wishes;
  readonly limits: PlanLimits;
  readonly files: PackageFiles | null;
  readonly catalogue: ReleaseCatalogue;
  readonly needs: NeedsReader;
  readonly findBinaryRule: FindBinaryRule;
  /** How a release is had that is to be installed. */
  readonly findInstallRules: (normalizedName: string) => ReleaseRules;
  readonly findKnownFailure: (normalizedName: string) => (version: Version) => string | undefined;
  /** `readsNeeds`: whether what releases need is of interest. */
  readonly createProvider: (
    findRules: (normalizedName: string) => ReleaseRules,
    readsNeeds: boolean,
    role: NodeRole,
  ) => PlanProvider;
}

const nameOf = ({ requirement }: Wish): string => requirement.normalizedName;

const listHashGroups = (wishes: readonly Wish[]): Map<string, (readonly RequirementHash[])[]> => {
  const withHashes = wishes.filter(({ hashes }) => hashes.length > 0);
  const byName = Map.groupBy(withHashes, nameOf);
  return new Map([...byName].map(([name, group]) => [name, group.map(({ hashes }) => hashes)]));
};

const listPins = (wishes: readonly Wish[]): Map<string, Version> => {
  const pins = new Map<string, Version>();
  for (const { requirement } of wishes) {
    const pin = findPin(requirement.specifiers);
    const version = pin === undefined ? undefined : findVersion(pin.text);
    if (version !== undefined) pins.set(requirement.normalizedName, version);
  }
  return pins;
};

const listUrls = ({ roots, overrides }: Wishes): Map<string, Set<string>> => {
  const urls = new Map<string, Set<string>>();
  for (const { requirement } of [...roots, ...[...overrides.values()].flat()]) {
    const { normalizedName, url } = requirement;
    if (url !== undefined) urls.set(normalizedName, (urls.get(normalizedName) ?? new Set()).add(url));
  }
  return urls;
};

/** Keys are `name==version` in any spelling. */
const createFailureFinder = (request: PlanRequest): PlanContext['findKnownFailure'] => {
  const failures = new Map(
    [...(request.knownFailures ?? [])].flatMap(([key, why]) => {
      const [name = '', text = ''] = key.split('==', 2);
      const version = findVersion(text);
      return version === undefined ? [] : [[`${normalizeName(name)} ${toVersionKey(version)}`, why] as const];
    }),
  );
  return (name) => (version) =>
    failures.size === 0 ? undefined : failures.get(`${name} ${toVersionKey(version)}`);
};

/** `known`: a catalogue that was filled for the same request under other rules about wheels and builds. */
export const createPlanContext = (
  request: PlanRequest,
  wishes: Wishes,
  known?: ReleaseCatalogue,
): PlanContext => {
  const { target, index, signal } = request;
  const named = [...wishes.roots, ...wishes.constraints];
  const hashGroups = listHashGroups(named);
  const rootNames = new Set(wishes.roots.map(nameOf));
  const findBinaryRule = createBinaryRules(request.noBinary ?? [], request.onlyBinary);
  const findKnownFailure = createFailureFinder(request);
  const failing = new Set(
    [...(request.knownFailures ?? [])].map(([key]) => normalizeName(key.split('==', 1)[0] ?? '')),
  );
  const findInstallRules = (name: string): ReleaseRules => {
    // What is asked for is built anew, not everything below it.
    const rebuild = request.rebuild === true && rootNames.has(name);
    const plain = toPlainRules(target, findBinaryRule(name), rebuild);
    const hashes = hashGroups.get(name) ?? [];
    const excluded = wishes.packages.get(name)?.excluded ?? null;
    if (hashes.length === 0 && excluded === null && !failing.has(name)) return plain;
    const findFailure = findKnownFailure(name);
    return { ...plain, hashGroups: hashes, excluded, findKnownFailure: findFailure, isPlain: false };
  };
  const isEnough = (release: Release): boolean => {
    const rules = findInstallRules(release.name);
    const { choice } = judgeRelease(release, rules);
    return choice !== null && !(rules.rebuild && choice.verdict === 'reuse');
  };
  const catalogue =
    known ??
    new ReleaseCatalogue({
      target,
      index,
      own: request.own ?? null,
      sourceFiles: request.sourceFiles ?? [],
      locked: request.locked ?? [],
      direct: wishes.direct,
      packages: wishes.packages,
      pins: listPins(named),
      isEnough,
      excludeNewer: request.excludeNewer ?? null,
      signal,
    });
  const needs = new NeedsReader({
    target,
    files: index,
    kept: request.kept ?? null,
    packages: wishes.packages,
    catalogue,
    signal,
  });
  const urls = listUrls(wishes);
  return {
    request,
    wishes,
    limits: { ...defaultPlanLimits, ...request.limits },
    files: index,
    catalogue,
    needs,
    findBinaryRule,
    findInstallRules,
    findKnownFailure,
    createProvider: (findRules, readsNeeds, role) =>
      new PlanProvider({
        catalogue,
        role,
        needs,
        findRules,
        urls,
        readsNeeds,
      }),
  };
};
