import { evaluateMarker, PackagingError, parseRequirement, type Requirement } from '@ironwheel/packaging';
import { readKeptSdist } from '../index-client/kept-package-files.ts';
import { isBrokenFile } from '../index-client/package-file-error.ts';
import { type SdistFacts } from '../index-client/package-files.ts';
import { type PlanContext } from './plan-context.ts';
import { type GraphNode, type NeedKind } from './plan-graph.ts';
import { findUnreadable } from './release.ts';

/** What a build asks for before it begins (PEP 518), as far as it can be told without running it. */
export interface BuildRequires {
  /** Their markers hold on the target. */
  readonly requirements: readonly { readonly requirement: Requirement; readonly kind: NeedKind }[];
  /** For people: why nothing, or not all, is known. */
  readonly note: string | null;
}

const unknown = (node: GraphNode, why: string): BuildRequires => ({
  requirements: [],
  note: `${node.key}: its build requirements are not planned: ${why}`,
});

const readFacts = async (node: GraphNode, { request, files }: PlanContext): Promise<SdistFacts | string> => {
  const file = node.planned?.choice?.file;
  if (file === undefined) return 'it has no source.';
  const { filename, sha256 } = file.source;
  try {
    if (file.indexFile !== null) {
      return files === null
        ? 'no package index is set.'
        : await files.readSdist(file.indexFile, request.signal);
    }
    const unreadable = findUnreadable(file);
    if (unreadable !== null) {
      return `${unreadable} They are fetched then; to plan them, state "build_requires" for the package.`;
    }
    if (request.kept === undefined || sha256 === null) return `${filename} was not opened.`;
    return await readKeptSdist(request.kept, filename, sha256);
  } catch (error) {
    if (isBrokenFile(error)) return error.message;
    throw error;
  }
};

const appliesOn = ({ request }: PlanContext, { marker }: Requirement): boolean =>
  marker === undefined || evaluateMarker(marker, request.target.markers);

/**
 * Reads what building the node's sdist asks for. What its backend would ask for besides
 * (`get_requires_for_build_wheel`) only running it can tell; `build_requires` of the package states it by hand, and
 * what of that is not in the sdist's own list is then `build-backend`.
 */
export const readBuildRequires = async (node: GraphNode, context: PlanContext): Promise<BuildRequires> => {
  const stated = context.wishes.packages.get(node.name)?.build_requires;
  const facts = await readFacts(node, context);
  if (stated === undefined && typeof facts === 'string') return unknown(node, facts);
  const system = typeof facts === 'string' ? null : facts.buildSystem;
  const own = new Set(system?.requires.map(({ normalizedName }) => normalizedName));
  const kindOf = ({ normalizedName }: Requirement): NeedKind =>
    system === null || own.has(normalizedName) ? 'build-system' : 'build-backend';
  // PEP 517: an in-tree backend is built with itself, so it cannot wait for itself.
  const isInTree = (system?.backendPath.length ?? 0) > 0;
  const wanted = stated?.map(parseRequirement) ?? system?.requires ?? [];
  try {
    const requirements = wanted
      .filter((one) => !(isInTree && one.normalizedName === node.name) && appliesOn(context, one))
      .map((requirement) => ({ requirement, kind: kindOf(requirement) }));
    return { requirements, note: null };
  } catch (error) {
    if (error instanceof PackagingError) return unknown(node, error.message);
    throw error;
  }
};
