import { type PlanDocument, type PlanNode } from '@ironwheel/contracts';
import {
  findPin,
  findSdistFileName,
  findWheelFileName,
  type TargetEnvironment,
  type Version,
} from '@ironwheel/packaging';
import { type PackageIndex } from '../index-client/project-listing.ts';
import { type RequestedRequirement } from '../inputs/read-requirements.ts';
import { createBinaryRules } from './binary-rule.ts';
import { chooseRelease, type ReleaseRules } from './choose-release.ts';
import { PlanUnresolvableError, type PlanProblem } from './plan-error.ts';
import { toMissing, toNode, type PlannedWish } from './plan-node.ts';
import { ReleaseTable, type OwnArtifact, type SourceFile } from './release.ts';
import { toSnapshotNode } from './snapshot.ts';
import { collectWishes, type Wish } from './wish.ts';

export interface PlanRequest {
  readonly runId: string;
  readonly requirements: readonly RequestedRequirement[];
  readonly constraints?: readonly RequestedRequirement[];
  /** Handed-in wheels and sdists; each stands for its name and version. */
  readonly sourceFiles?: readonly SourceFile[];
  /** Wheels that our own index serves for this target. Other projects' may be among them. */
  readonly ownArtifacts?: readonly OwnArtifact[];
  readonly target: TargetEnvironment;
  readonly strategy: 'pinned' | 'eager';
  readonly rebuild?: boolean;
  /** As pip's `--no-binary`, in order: names, `:all:`, `:none:`. */
  readonly noBinary?: readonly string[];
  readonly allowsPrereleases?: boolean;
  /** Null: plan from what is at hand only. */
  readonly index: PackageIndex | null;
  readonly signal?: AbortSignal;
}

interface ImpliedFile {
  readonly file: SourceFile;
  readonly name: string;
  readonly version: Version;
}

/** Files that need no question to an index, by normalized name. */
interface FilesAtHand {
  readonly own: ReadonlyMap<string, readonly OwnArtifact[]>;
  readonly input: ReadonlyMap<string, readonly ImpliedFile[]>;
}

const readSourceFiles = (files: readonly SourceFile[]): ImpliedFile[] =>
  files.flatMap((file) => {
    const parsed = findWheelFileName(file.filename) ?? findSdistFileName(file.filename);
    return parsed === undefined ? [] : [{ file, name: parsed.normalizedName, version: parsed.version }];
  });

const groupFiles = (request: PlanRequest, implied: readonly ImpliedFile[]): FilesAtHand => ({
  own: Map.groupBy(
    request.ownArtifacts ?? [],
    ({ filename }) => findWheelFileName(filename)?.normalizedName ?? '',
  ),
  input: Map.groupBy(implied, ({ name }) => name),
});

const addListing = async (table: ReleaseTable, wish: Wish, request: PlanRequest): Promise<boolean> => {
  const listing = await request.index?.findProject(wish.name, request.signal);
  if (listing?.found !== true) return false;
  for (const file of listing.files) table.addIndexFile(file);
  return true;
};

const planWish = async (
  wish: Wish,
  request: PlanRequest,
  atHand: FilesAtHand,
  rules: ReleaseRules,
): Promise<PlannedWish> => {
  const table = new ReleaseTable(wish.name);
  for (const artifact of atHand.own.get(wish.name) ?? []) table.addOwn(artifact);
  for (const { file } of atHand.input.get(wish.name) ?? []) table.addInput(file);
  if (findPin(wish.specifiers) !== undefined) {
    // An exact pin that is at hand needs no question to anyone.
    const choice = chooseRelease(wish, table.releases, rules);
    const isRebuilt = rules.rebuild && choice.kind === 'chosen' && choice.file.verdict === 'reuse';
    if (choice.kind === 'chosen' && !isRebuilt) return { wish, choice };
  }
  const isListed = await addListing(table, wish, request);
  const choice = chooseRelease(wish, table.releases, rules);
  if (isListed || choice.kind === 'chosen') return { wish, choice };
  const where = request.index === null ? 'No package index is set' : 'No package index has it';
  const text = `${where}, and no file of it that serves the target is at hand.`;
  return { wish, choice: { kind: 'missing', release: choice.release, code: 'not_found', text } };
};

const listNodes = (nodes: readonly PlanNode[], verdict: PlanNode['verdict']): string[] =>
  nodes.filter((node) => node.verdict === verdict).map(({ name, version }) => `${name}==${version}`);

const checkWishes = (problems: readonly PlanProblem[], request: PlanRequest): void => {
  const isEmpty = request.requirements.length === 0 && (request.sourceFiles ?? []).length === 0;
  const nothing: PlanProblem = {
    code: 'no_input',
    name: null,
    text: 'There is nothing to plan: give requirements, or hand in wheels or sdists.',
  };
  const all = isEmpty ? [...problems, nothing] : problems;
  if (all.length > 0) throw new PlanUnresolvableError(all);
};

/**
 * Plans each requirement for the target: which version (PEP 440), and whether its wheel is reused, built, or missing.
 * Markers, tags and Requires-Python are the target's, never those of the machine that plans. What cannot be had is a
 * `missing` node, not a failure. Throws `PlanUnresolvableError` with every contradiction, and the index's
 * `IndexUnreachableError`; then nothing is planned.
 */
export const computePlan = async (request: PlanRequest): Promise<PlanDocument> => {
  const { target, strategy } = request;
  const implied = readSourceFiles(request.sourceFiles ?? []);
  const { wishes, skipped, problems } = collectWishes({
    requirements: request.requirements,
    constraints: request.constraints ?? [],
    implied: implied.map(({ file, name, version }) => ({ name, version, filename: file.filename })),
    strategy,
    target,
  });
  checkWishes(problems, request);
  const findBinaryRule = createBinaryRules(request.noBinary ?? []);
  const atHand = groupFiles(request, implied);
  const planned = await Promise.all(
    wishes.map((wish) =>
      planWish(wish, request, atHand, {
        target,
        binaryRule: findBinaryRule(wish.name),
        rebuild: request.rebuild ?? false,
        allowsPrereleases: request.allowsPrereleases ?? false,
      }),
    ),
  );
  const nodes = planned.map((one) => toNode(one, target)).filter((node) => node !== undefined);
  return {
    run_id: request.runId,
    python_tag: target.pythonTag,
    platform_tag: target.platformTag,
    index: {
      index_url: request.index?.indexUrl ?? null,
      extra_index_urls: [...(request.index?.extraIndexUrls ?? [])],
    },
    strategy,
    plan: nodes.map(toSnapshotNode),
    nodes,
    reuse: listNodes(nodes, 'reuse'),
    to_build: listNodes(nodes, 'build'),
    dependency_expansions: [],
    missing_requirements: planned.flatMap(toMissing),
    skipped_requirements: skipped,
  };
};
