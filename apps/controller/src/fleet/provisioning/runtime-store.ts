import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LoadedConfig } from '@ironwheel/config';
import {
  hostArchitectures,
  leastNodeMajor,
  runtimeViewSchema,
  type HostArchitecture,
  type RuntimeView,
} from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { create } from 'tar';
import { AppError, Clock, DataDirectory } from '../../platform/index.ts';
import { provisioningSection } from './provisioning.section.ts';
import { NodeArchiveError, readNodeArchive } from './read-node-archive.ts';

/** Node runtimes for hosts, one an architecture, in the data directory: `<arch>.json` names `<sha256>.tar.gz`. */
@Injectable()
export class RuntimeStore {
  readonly #directory: string;
  readonly #maxBytes: number;

  constructor(
    config: LoadedConfig,
    dataDirectory: DataDirectory,
    private readonly clock: Clock,
  ) {
    this.#directory = join(dataDirectory.path, 'runtimes');
    this.#maxBytes = config.get(provisioningSection).RUNTIME_MAX_BYTES;
  }

  async list(): Promise<RuntimeView[]> {
    const found = await Promise.all(hostArchitectures.map((arch) => this.find(arch)));
    return found.filter((view) => view !== null);
  }

  async find(arch: HostArchitecture): Promise<RuntimeView | null> {
    const text = await readFile(this.#record(arch), 'utf8').catch(ignoreMissing);
    return text === null ? null : runtimeViewSchema.parse(JSON.parse(text));
  }

  /** The archive with this digest; null when it is not one that is offered. */
  async open(sha256: string): Promise<{ readonly body: Readable; readonly bytes: number } | null> {
    const view = (await this.list()).find((one) => one.sha256 === sha256);
    return view === undefined ? null : { body: createReadStream(this.#archive(sha256)), bytes: view.bytes };
  }

  /** Takes a Node release in and keeps of it what hosts need. Throws RUNTIME_INVALID or REQUEST_TOO_LARGE. */
  async import(body: Readable, expected: HostArchitecture | undefined): Promise<RuntimeView> {
    const work = join(this.#directory, `.import-${randomBytes(6).toString('hex')}`);
    await mkdir(join(work, 'kept'), { recursive: true, mode: 0o700 });
    try {
      const upload = join(work, 'upload');
      await pipeline(body, this.#bound(), createWriteStream(upload));
      const { arch, version, members } = await readNodeArchive(upload, join(work, 'kept'));
      checkRelease(arch, version, expected);
      const archive = join(work, 'archive.tar.gz');
      await create(
        { file: archive, cwd: join(work, 'kept'), gzip: { level: 3 }, portable: true },
        [...members].sort(),
      );
      return await this.#keep(archive, arch, version);
    } catch (error) {
      if (!(error instanceof NodeArchiveError)) throw error;
      throw new AppError('RUNTIME_INVALID', `The file is no Node release for Linux: ${error.message}.`, {
        cause: error,
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  /** Throws RUNTIME_NOT_FOUND. */
  async remove(arch: HostArchitecture, isDryRun: boolean): Promise<RuntimeView> {
    const view = await this.find(arch);
    if (view === null) throw new AppError('RUNTIME_NOT_FOUND', `No Node runtime for ${arch} was imported.`);
    if (isDryRun) return view;
    await rm(this.#record(arch));
    await rm(this.#archive(view.sha256), { force: true });
    return view;
  }

  /** Archive first, record last: what is listed can be fetched. */
  async #keep(archive: string, arch: HostArchitecture, version: string): Promise<RuntimeView> {
    const hash = createHash('sha256');
    for await (const part of createReadStream(archive)) hash.update(part as Buffer);
    const sha256 = hash.digest('hex');
    const before = await this.find(arch);
    const view: RuntimeView = {
      arch,
      version,
      sha256,
      bytes: (await stat(archive)).size,
      imported_at: this.clock.now().toISOString(),
    };
    await rename(archive, this.#archive(sha256));
    const record = `${this.#record(arch)}.${randomBytes(4).toString('hex')}`;
    await writeFile(record, JSON.stringify(view), { mode: 0o600 });
    await rename(record, this.#record(arch));
    if (before !== null && before.sha256 !== sha256) await rm(this.#archive(before.sha256), { force: true });
    return view;
  }

  #bound(): Transform {
    const most = this.#maxBytes;
    let seen = 0;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        seen += chunk.length;
        if (seen <= most) done(null, chunk);
        else
          done(
            new AppError(
              'REQUEST_TOO_LARGE',
              `The runtime is larger than the ${most} bytes of RUNTIME_MAX_BYTES.`,
            ),
          );
      },
    });
  }

  readonly #record = (arch: HostArchitecture): string => join(this.#directory, `${arch}.json`);
  readonly #archive = (sha256: string): string => join(this.#directory, `${sha256}.tar.gz`);
}

function checkRelease(arch: HostArchitecture, version: string, expected: HostArchitecture | undefined): void {
  if (expected !== undefined && arch !== expected) {
    throw new NodeArchiveError(`it is for ${arch}, and ${expected} was asked for`);
  }
  if (Number(version.split('.')[0]) < leastNodeMajor) {
    throw new NodeArchiveError(`it is version ${version}, and the agent needs ${leastNodeMajor} or later`);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
