import { createHash } from 'node:crypto';
import { opendir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileNameSchema } from '@ironwheel/contracts';
import { DriverFileError, openDriverFile } from '@ironwheel/plugin-kit';
import type { KeptArtifact } from './attempt-record.ts';

const wheelDirectory = 'dist';
const maxWheels = 10;

export type ArtifactCheck =
  | { readonly kind: 'ok'; readonly artifacts: readonly KeptArtifact[] }
  | { readonly kind: 'bad'; readonly code: string; readonly detail: string };

/**
 * Opens a wheel in a work directory for reading. No part of its path may be a link: code of the package could point it
 * at any file of this host. Throws `DriverFileError`, or `ENOENT`.
 */
export async function readKeptArtifact(workDirectory: string, path: string): Promise<Readable> {
  const file = await openDriverFile(workDirectory, path);
  return file.createReadStream({ start: 0, autoClose: true });
}

const measure = async (workDirectory: string, path: string): Promise<{ sha256: string; size: number }> => {
  const hash = createHash('sha256');
  let size = 0;
  for await (const part of (await readKeptArtifact(workDirectory, path)) as AsyncIterable<Buffer>) {
    hash.update(part);
    size += part.length;
  }
  return { sha256: hash.digest('hex'), size };
};

/** A command in place of the driver (`WORKER_RUN_CMD`) may announce nothing: then the wheels in `dist/` are taken. */
const listWheels = async (workDirectory: string): Promise<string[]> => {
  const names: string[] = [];
  const directory = await opendir(`${workDirectory}/${wheelDirectory}`).catch(() => null);
  if (directory === null) return names;
  for await (const entry of directory) {
    const isWheel =
      entry.isFile() && entry.name.endsWith('.whl') && fileNameSchema.safeParse(entry.name).success;
    if (isWheel) names.push(entry.name);
    if (names.length > maxWheels) break;
  }
  return names.sort();
};

/** Measures what was announced and compares; what the driver said of size and hash must be true. */
export async function checkArtifacts(
  workDirectory: string,
  announced: readonly KeptArtifact[],
): Promise<ArtifactCheck> {
  const names =
    announced.length > 0
      ? announced.map(({ filename, path }) => ({ filename, path }))
      : (await listWheels(workDirectory)).map((filename) => ({
          filename,
          path: `${wheelDirectory}/${filename}`,
        }));
  if (names.length === 0 || names.length > maxWheels) {
    return {
      kind: 'bad',
      code: 'WHEEL_MISSING',
      detail: `The build left ${names.length} wheels; 1 to ${maxWheels} are expected.`,
    };
  }
  const artifacts: KeptArtifact[] = [];
  for (const { filename, path } of names) {
    try {
      const { sha256, size } = await measure(workDirectory, path);
      const said = announced.find((artifact) => artifact.filename === filename);
      if (said !== undefined && said.sha256 !== sha256) {
        const detail = `${filename} has SHA-256 ${sha256}; the driver announced ${said.sha256}.`;
        return { kind: 'bad', code: 'WHEEL_INVALID', detail };
      }
      artifacts.push({ filename, sha256, size, path });
    } catch (error) {
      if (error instanceof DriverFileError) {
        return {
          kind: 'bad',
          code: 'WHEEL_UNSAFE_PATH',
          detail: `The wheel is no plain file: ${error.message}`,
        };
      }
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return { kind: 'bad', code: 'WHEEL_MISSING', detail: `${path} was announced and is not there.` };
    }
  }
  return { kind: 'ok', artifacts };
}
