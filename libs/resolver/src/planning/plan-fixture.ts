import { planDocumentSchema, type PlanDocument } from '@ironwheel/contracts';
import { createTarget } from '@ironwheel/packaging';
import { type IndexFile, type PackageIndex } from '../index-client/project-listing.ts';
import { readRequirements } from '../inputs/read-requirements.ts';
import { computePlan, type PlanRequest } from './compute-plan.ts';

export const target = createTarget({ pythonVersion: '3.12.4', platformTag: 'manylinux_2_28_s390x' });
export const sha256 = 'ab'.repeat(32);
export const otherSha256 = 'cd'.repeat(32);

export type ListedFile = string | (Partial<IndexFile> & { filename: string });

export const indexOf = (projects: Record<string, ListedFile[]>): PackageIndex & { asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    indexUrl: 'https://index.example/simple/',
    extraIndexUrls: [],
    findProject(name) {
      asked.push(name);
      const files = projects[name];
      if (files === undefined) return Promise.resolve({ found: false, normalizedName: name });
      const listed = files.map((file) => {
        const given = typeof file === 'string' ? { filename: file } : file;
        return {
          url: `https://files.example/${given.filename}`,
          hashes: { sha256 },
          requiresPython: null,
          yanked: false as const,
          size: null,
          uploadTime: null,
          metadata: null,
          ...given,
        };
      });
      return Promise.resolve({
        found: true,
        normalizedName: name,
        indexUrl: 'https://index.example/simple/',
        files: listed,
        ignoredCount: 0,
      });
    },
  };
};

export const plan = async (
  requirements: string,
  projects: Record<string, ListedFile[]>,
  options: Partial<PlanRequest> & { constraintText?: string } = {},
): Promise<PlanDocument> => {
  const { constraintText = '', ...rest } = options;
  const document = await computePlan({
    runId: 'run_1',
    requirements: readRequirements(requirements, 'requirements.txt').requirements,
    constraints: readRequirements(constraintText, 'constraints.txt').requirements,
    target,
    strategy: 'pinned',
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
