import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';

export interface PackedRuntime {
  readonly path: string;
  remove(): Promise<void>;
}

/** The Node of this process as an archive of the form of a release, for hosts of the same architecture. */
export async function packOwnRuntime(): Promise<PackedRuntime> {
  const directory = await mkdtemp(join(tmpdir(), 'ironwheel-runtime-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const top = `node-v${process.versions.node}-${process.platform}-${process.arch}`;
    await mkdir(join(directory, top, 'bin'), { recursive: true });
    await symlink(process.execPath, join(directory, top, 'bin', 'node'));
    const path = join(directory, `${top}.tar.gz`);
    await create({ file: path, cwd: directory, gzip: { level: 1 }, follow: true, portable: true }, [top]);
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
