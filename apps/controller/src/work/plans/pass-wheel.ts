import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LoadedConfig } from '@ironwheel/config';
import type { PlanSource } from '@ironwheel/contracts';
import {
  IndexUnreachableError,
  openHttpAccess,
  openIndexFile,
  redactUrl,
  type OpenTransport,
} from '@ironwheel/resolver';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AppError, DataDirectory, ShutdownSignal } from '../../platform/index.ts';
import { ArtifactBytes, artifactsSection } from '../artifacts/index.ts';
import { planNotFound } from './enqueue-run.ts';
import { IndexSettings, type IndexAccess } from './index-settings.ts';
import { isPlanDocument } from './plan.row.ts';
import { PlanTurns } from './plan-turns.ts';
import { PlansRepository } from './plans.repository.ts';

const maxParallel = 8;
const timeoutMs = 20 * 60_000;
const diskFull: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export interface PassedWheel {
  readonly sha256: string;
  readonly size: number;
  readonly stream: Readable;
}

/**
 * Hands out the wheels that a plan reuses. Those of an index are fetched whole and checked before a byte goes on: a
 * lock file may name any address, and nobody is to read an answer of this network's machines through us.
 */
@Injectable()
export class PassWheel implements OnModuleInit, OnApplicationShutdown {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #turns = new PlanTurns(maxParallel);
  #http: OpenTransport | null = null;

  constructor(
    private readonly plans: PlansRepository,
    private readonly bytes: ArtifactBytes,
    private readonly indexes: IndexSettings,
    private readonly shutdown: ShutdownSignal,
    dataDirectory: DataDirectory,
    config: LoadedConfig,
  ) {
    this.#directory = join(dataDirectory.path, 'passing');
    this.#maxBytes = config.get(artifactsSection).ARTIFACT_MAX_BYTES;
  }

  /** What a killed controller left behind. The data directory is this process's alone. */
  async onModuleInit(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#http?.close();
  }

  /**
   * Throws PLAN_NOT_FOUND, ARTIFACT_NOT_FOUND (the plan reuses no such wheel, or nothing vouches for it),
   * INDEX_UPSTREAM_UNREACHABLE, ARTIFACT_HASH_MISMATCH, REQUEST_TOO_LARGE, ARTIFACT_STORE_FULL.
   */
  async open(runId: string, filename: string): Promise<PassedWheel> {
    const plan = await this.plans.find(runId);
    if (plan === undefined) throw planNotFound(runId);
    const nodes = isPlanDocument(plan.document) ? plan.document.nodes : [];
    const node = nodes.find(({ verdict, source }) => verdict === 'reuse' && source?.filename === filename);
    if (node?.source === undefined) {
      throw new AppError('ARTIFACT_NOT_FOUND', `The plan reuses no wheel ${JSON.stringify(filename)}.`);
    }
    const { source } = node;
    if (source.url === undefined) return this.#openKept(source);
    const left = AbortSignal.any([this.shutdown.signal, AbortSignal.timeout(timeoutMs)]);
    return this.#turns.take(left, () => this.#fetch(source, source.url ?? '', left));
  }

  async #openKept({ filename, sha256 }: PlanSource): Promise<PassedWheel> {
    const facts = sha256 === null ? null : await this.bytes.stat(sha256);
    const stream = sha256 === null ? null : await this.bytes.read(sha256);
    if (sha256 === null || facts === null || stream === null) {
      throw new AppError('ARTIFACT_NOT_FOUND', `The bytes of ${filename} are gone from the artifact store.`);
    }
    return { sha256, size: facts.size, stream };
  }

  async #fetch(source: PlanSource, url: string, signal: AbortSignal): Promise<PassedWheel> {
    const access = await this.indexes.access();
    if (source.sha256 === null && !isOfIndex(url, access)) {
      throw new AppError(
        'ARTIFACT_NOT_FOUND',
        `No SHA-256 of ${source.filename} is known, and ${redactUrl(url)} is no host of a configured index; fetch it by hand.`,
      );
    }
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, randomUUID());
    try {
      const sha256 = await this.#download(url, access, path, signal);
      if (source.sha256 !== null && sha256 !== source.sha256) throw mismatch(source, url, sha256);
      const file = await open(path);
      const { size } = await file.stat();
      return { sha256, size, stream: file.createReadStream() };
    } catch (error) {
      throw toPassError(error, url);
    } finally {
      // What is open stays readable: nothing is left behind, whoever goes away.
      await rm(path, { force: true });
    }
  }

  async #download(url: string, access: IndexAccess, path: string, signal: AbortSignal): Promise<string> {
    this.#http ??= openHttpAccess(access);
    const indexes = listIndexUrls(access).map((index) => ({ url: index }));
    const request = { url, indexes, netrc: access.netrc };
    const body = await openIndexFile(this.#http.transport, request, signal);
    const hash = createHash('sha256');
    const maxBytes = this.#maxBytes;
    let bytes = 0;
    await pipeline(
      async function* check() {
        for await (const chunk of body) {
          bytes += chunk.byteLength;
          if (bytes > maxBytes) throw tooLarge(url, maxBytes);
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
      { signal },
    );
    return hash.digest('hex');
  }
}

const listIndexUrls = ({ indexUrl, extraIndexUrls }: IndexAccess): string[] =>
  [indexUrl, ...extraIndexUrls].filter((url) => url !== null);

const isOfIndex = (url: string, access: IndexAccess): boolean =>
  listIndexUrls(access).some((index) => new URL(index).host === new URL(url).host);

const mismatch = ({ filename, sha256 }: PlanSource, url: string, actual: string): AppError =>
  new AppError(
    'ARTIFACT_HASH_MISMATCH',
    `${filename} of ${redactUrl(url)} has SHA-256 ${actual}, and the plan says ${sha256 ?? ''}; nothing of it was passed on.`,
  );

const tooLarge = (url: string, maxBytes: number): AppError =>
  new AppError('REQUEST_TOO_LARGE', `${redactUrl(url)} is larger than the ${maxBytes} bytes allowed.`);

function toPassError(error: unknown, url: string): unknown {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown }).code;
  if (diskFull.has(code)) {
    return new AppError('ARTIFACT_STORE_FULL', 'There is no room on the disk of the controller.', {
      cause: error,
    });
  }
  const why = error instanceof IndexUnreachableError ? error.message : `${redactUrl(url)} broke off.`;
  return new AppError('INDEX_UPSTREAM_UNREACHABLE', why, { cause: error, retryAfterS: 5 });
}
