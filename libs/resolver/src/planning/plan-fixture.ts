import { planDocumentSchema, type PlanDocument } from '@ironwheel/contracts';
import {
  createTarget,
  defaultBuildSystem,
  findSdistFileName,
  findWheelFileName,
  parseRequirement,
  parseVersion,
  type CoreMetadata,
} from '@ironwheel/packaging';
import { PackageFileError } from '../index-client/package-file-error.ts';
import { type PackageFiles } from '../index-client/package-files.ts';
import { type IndexFile, type PackageIndex } from '../index-client/project-listing.ts';
import { readRequirements } from '../inputs/read-requirements.ts';
import { computePlan } from './compute-plan.ts';
import { type OwnWheelSource, type PlanRequest } from './plan-request.ts';
import { type OwnArtifact } from './release.ts';

export const target = createTarget({ pythonVersion: '3.12.4', platformTag: 'manylinux_2_28_s390x' });
export const sha256 = 'ab'.repeat(32);
export const otherSha256 = 'cd'.repeat(32);

/** What a file of the fake index says of itself. */
interface FileFacts {
  readonly requires?: readonly string[];
  readonly provides?: readonly string[];
  /** Of an sdist: nobody can tell its dependencies without building it. */
  readonly isDynamic?: boolean;
  readonly isBroken?: boolean;
  readonly isForged?: boolean;
  readonly buildRequires?: readonly string[];
  readonly backendPath?: readonly string[];
}

export type ListedFile = string | (Partial<IndexFile> & FileFacts & { filename: string });
export type FakeProjects = Record<string, readonly ListedFile[]>;

export type FakeIndex = PackageIndex & PackageFiles & { readonly asked: string[]; readonly read: string[] };

const toMetadata = (filename: string, { requires = [], provides = [] }: FileFacts): CoreMetadata => {
  const name = findWheelFileName(filename) ?? findSdistFileName(filename);
  return {
    metadataVersion: '2.2',
    name: name?.normalizedName ?? '',
    normalizedName: name?.normalizedName ?? '',
    version: name?.version ?? parseVersion('0'),
    requiresDist: requires.map(parseRequirement),
    requiresPython: null,
    providesExtra: provides,
    dynamic: [],
  };
};

export const indexOf = (projects: FakeProjects): FakeIndex => {
  const asked: string[] = [];
  const read: string[] = [];
  const facts = new Map<string, FileFacts>();
  for (const file of Object.values(projects).flat()) {
    if (typeof file !== 'string') facts.set(file.filename, file);
  }
  const getFacts = ({ filename, url }: IndexFile): FileFacts => {
    read.push(filename);
    const known = facts.get(filename) ?? {};
    if (known.isBroken === true) throw new PackageFileError('PACKAGE_FILE_BROKEN', url, 'it is torn.');
    if (known.isForged === true)
      throw new PackageFileError('PACKAGE_FILE_LIES', url, 'its SHA-256 is another.');
    return known;
  };
  return {
    asked,
    read,
    indexUrl: 'https://index.example/simple/',
    extraIndexUrls: [],
    async findProject(name) {
      asked.push(name);
      await Promise.resolve();
      const files = projects[name];
      if (files === undefined) return { found: false, normalizedName: name };
      const listed = files.map((file): IndexFile => {
        const given = typeof file === 'string' ? { filename: file } : file;
        return {
          filename: given.filename,
          url: given.url ?? `https://files.example/${given.filename}`,
          hashes: given.hashes ?? { sha256 },
          requiresPython: given.requiresPython ?? null,
          yanked: given.yanked ?? false,
          size: null,
          uploadTime: null,
          metadata: given.metadata ?? null,
        };
      });
      return {
        found: true,
        normalizedName: name,
        indexUrl: 'https://index.example/simple/',
        files: listed,
        ignoredCount: 0,
      };
    },
    async readMetadata(file) {
      await Promise.resolve();
      const known = getFacts(file);
      if (known.isDynamic === true)
        return { kind: 'needs_host', text: `Only a build of ${file.filename} can tell.` };
      const place = file.filename.endsWith('.whl')
        ? file.metadata === null
          ? 'wheel'
          : 'core-metadata'
        : 'sdist';
      return { kind: 'known', metadata: toMetadata(file.filename, known), place };
    },
    async readSdist(file) {
      await Promise.resolve();
      const known = getFacts(file);
      const { buildRequires, backendPath = [] } = known;
      return {
        metadata: toMetadata(file.filename, known),
        project: null,
        buildSystem: {
          ...defaultBuildSystem,
          ...(buildRequires === undefined
            ? {}
            : { requires: buildRequires.map(parseRequirement), isDefault: false }),
          backendPath,
        },
      };
    },
  };
};

export const ownOf = (...artifacts: readonly OwnArtifact[]): OwnWheelSource => ({
  list: () => Promise.resolve(artifacts),
});

export interface PlanOptions extends Partial<PlanRequest> {
  readonly constraintText?: string;
  readonly overrideText?: string;
}

/** Without what builds need, unless `planBuilds` says otherwise. */
export const plan = async (
  requirements: string,
  projects: FakeProjects,
  options: PlanOptions = {},
): Promise<PlanDocument> => {
  const { constraintText = '', overrideText = '', ...rest } = options;
  const document = await computePlan({
    runId: 'run_1',
    requirements: readRequirements(requirements, 'requirements.txt').requirements,
    constraints: readRequirements(constraintText, 'constraints.txt').requirements,
    overrides: readRequirements(overrideText, 'overrides.txt').requirements,
    target,
    strategy: 'pinned',
    planBuilds: false,
    index: indexOf(projects),
    ...rest,
  });
  planDocumentSchema.parse(document);
  return document;
};

export const outline = (document: PlanDocument): string[] =>
  document.nodes.map((node) => `${node.name}==${node.version} ${node.verdict} ${node.reason.code}`);

export const x86Wheel = 'foo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl';
export const s390xWheel = 'foo-1.0-cp312-cp312-manylinux_2_17_s390x.manylinux2014_s390x.whl';
export const pureWheel = 'foo-1.0-py3-none-any.whl';
export const sdist = 'foo-1.0.tar.gz';
export const inputOf = (filename: string) => ({ filename, sha256, size: 10 });
