import { type Missing, type ReleaseNeeds, type ReleaseProvider } from '../solving/solver-types.ts';
import { findRulesKey } from './known-verdicts.ts';
import { PlanRelease, type ReleaseRules } from './judge-release.ts';
import { type NodeRole } from './plan-graph.ts';
import { type NeedsReader } from './read-needs.ts';
import { type ReleaseCatalogue } from './release-catalogue.ts';
import { type Release } from './release.ts';

export interface PlanProviderOptions {
  readonly catalogue: ReleaseCatalogue;
  /** What the solution is for: an isolated build is bound by no lock. */
  readonly role: NodeRole;
  readonly needs: NeedsReader;
  readonly findRules: (normalizedName: string) => ReleaseRules;
  /** URLs that the user asked for, by name. */
  readonly urls: ReadonlyMap<string, ReadonlySet<string>>;
  /** False: what a release needs is of no interest (`no_deps`). */
  readonly readsNeeds: boolean;
}

const shared = new WeakMap<readonly Release[], Map<string, readonly PlanRelease[]>>();
/** Targets and rules for which the releases of a listing are kept. */
const mostRules = 8;

/** The same array for the same listing and rules: what the solver has found out about it holds for the next plan. */
const sharePlanReleases = (releases: readonly Release[], rules: ReleaseRules): readonly PlanRelease[] => {
  const key = findRulesKey(rules) ?? '';
  const byRules = shared.get(releases) ?? new Map<string, readonly PlanRelease[]>();
  const known = byRules.get(key);
  if (known !== undefined) return known;
  const planned = releases.map((release) => new PlanRelease(release, rules));
  if (byRules.size >= mostRules) byRules.clear();
  shared.set(releases, byRules.set(key, planned));
  return planned;
};

/** Answers the solver from the catalogue. */
export class PlanProvider implements ReleaseProvider<PlanRelease> {
  readonly #options: PlanProviderOptions;
  readonly #releases = new Map<string, Promise<readonly PlanRelease[]>>();
  readonly #refused = new Map<Release, Missing>();
  readonly #failed = new Map<Release, Missing>();

  constructor(options: PlanProviderOptions) {
    this.#options = options;
  }

  listReleases(name: string): Promise<readonly PlanRelease[]> {
    const known = this.#releases.get(name);
    if (known !== undefined) return known;
    const releases = this.#list(name);
    this.#releases.set(name, releases);
    return releases;
  }

  async readNeeds(_name: string, release: PlanRelease): Promise<ReleaseNeeds> {
    const { readsNeeds, needs: reader } = this.#options;
    // What is not to be had brings only what is stated of it: wheels of other platforms would ask for things of theirs.
    const isAsked = readsNeeds && (release.missing === null || reader.isStated(release));
    if (!isAsked) return { requirements: [], providesExtra: [], refusal: null, isUnknown: false };
    const needs = await reader.read(release);
    // A file that lies or is broken is never planned with; who asked for it must know.
    if (needs.refusal?.code === 'requires_python') this.#refused.set(release.release, needs.refusal);
    return needs;
  }

  /** Takes releases that turned out not to be for the target's Python as missing. False when there is no new one. */
  acceptRefusals(): boolean {
    const refused = [...this.#refused];
    this.#refused.clear();
    for (const [release, refusal] of refused) {
      this.#failed.set(release, refusal);
      // Written anew: what was answered before is not changed behind anybody's back.
      this.#releases.delete(release.name);
    }
    return refused.length > 0;
  }

  allowsUrl(name: string, url: string): boolean {
    return this.#options.urls.get(name)?.has(url) === true;
  }

  async #list(name: string): Promise<readonly PlanRelease[]> {
    const rules = this.#options.findRules(name);
    const { catalogue, role } = this.#options;
    const releases = await (role === 'build' ? catalogue.listForBuild(name) : catalogue.list(name));
    const isFailed = releases.some((release) => this.#failed.has(release));
    if (rules.isPlain && !isFailed) return sharePlanReleases(releases, rules);
    return releases.map((release) => new PlanRelease(release, rules, this.#failed.get(release)));
  }
}
