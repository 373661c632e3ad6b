import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driverJobSchema, type DriverJobInput } from '../driver-job.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** Sample packages, and the fixtures that behave badly (`build-driver/fixtures`). */
export const fixturePath = (name: string): string => join(repository, 'build-driver', 'fixtures', name);

export interface SampleSdist {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
  readonly pure: boolean;
}

/** Makes the sdist of a sample (its name) or of a fixture (its path) in a directory. Needs `python3`. */
export const makeSdist = (sample: string, directory: string): SampleSdist =>
  JSON.parse(
    execFileSync('python3', [join(repository, 'samples', 'make-sdists.py'), directory, sample], {
      encoding: 'utf8',
    }),
  ) as SampleSdist;

export interface SampleTarget {
  readonly pythonTag: string;
  readonly platformTag: string;
}

/**
 * A work directory as a worker lays it out: `job.json`, and the sdist in `source/`. With no sample, the driver looks
 * for the sdist on the index.
 */
export function makeWorkDirectory(
  sample: string | null,
  target: SampleTarget,
  more: Partial<DriverJobInput> = {},
): string {
  const work = mkdtempSync(join(tmpdir(), 'ironwheel-work-'));
  mkdirSync(join(work, 'source'));
  const sdist = sample === null ? null : makeSdist(sample, join(work, 'source'));
  const job: DriverJobInput = {
    schema: 1,
    name: sdist?.name ?? 'unnamed',
    version: sdist?.version ?? '0',
    python_tag: target.pythonTag,
    platform_tag: target.platformTag,
    source: sdist === null ? null : { path: sdist.filename, sha256: sdist.sha256 },
    ...more,
  };
  writeFileSync(join(work, 'job.json'), JSON.stringify(driverJobSchema.parse(job)));
  return work;
}
