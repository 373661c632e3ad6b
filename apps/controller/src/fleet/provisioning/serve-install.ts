import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError, ironwheelVersion, type Actor } from '../../platform/index.ts';
import { RefusalLimiter } from './refusal-limiter.ts';
import { BundlesService } from './bundles.service.ts';
import { ControllerTrust } from './controller-trust.ts';
import { FindProgress } from './find-progress.ts';
import { InstallFiles } from './install-files.ts';
import { PublicBaseUrl } from './public-base-url.ts';
import { RuntimeStore } from './runtime-store.ts';
import { writeInstallScript, writeRefusalScript } from './write-install-script.ts';

export interface InstallAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterS?: number;
}

const howToGetAnother =
  'Make a new link with `ironwheel servers bundle NAME` (POST /api/servers/{id}/bundle) and paste its line on this host.';

/** Answers of the install routes. Whatever goes wrong is said as a script, because the answer is piped to a shell. */
@Injectable()
export class ServeInstall {
  constructor(
    private readonly bundles: BundlesService,
    private readonly files: InstallFiles,
    private readonly runtimes: RuntimeStore,
    private readonly trust: ControllerTrust,
    private readonly progressOf: FindProgress,
    private readonly baseUrl: PublicBaseUrl,
    private readonly limiter: RefusalLimiter,
  ) {}

  script(token: string, request: FastifyRequest, actor: Actor): Promise<InstallAnswer> {
    return this.#guarded(actor, async () => {
      const bundle = await this.bundles.open(token, actor);
      const controllerUrl = this.baseUrl.of(request);
      const text = writeInstallScript(await this.files.load(), {
        controllerUrl,
        token,
        serverId: bundle.server_id,
        serverName: bundle.server_name,
        pool: bundle.pool,
        version: ironwheelVersion,
        trust: await this.trust.read(controllerUrl),
        runtimes: await this.runtimes.list(),
      });
      if (request.method === 'GET') await this.bundles.markDownloaded(bundle);
      return { status: 200, text };
    });
  }

  progress(token: string, after: Date | null, actor: Actor): Promise<InstallAnswer> {
    return this.#guarded(actor, async () => {
      const bundle = await this.bundles.find(token);
      if (bundle === null) throw new AppError('BUNDLE_GONE', 'This link is not known here.');
      return { status: 200, text: `${(await this.progressOf.find(bundle, after)).join('\n')}\n` };
    });
  }

  /** Throws ROUTE_NOT_FOUND. */
  async file(sha256: string): Promise<{ readonly body: Buffer | Readable; readonly bytes: number }> {
    const found = await this.files.find(sha256);
    if (found !== null) return { body: found.content, bytes: found.content.length };
    const runtime = await this.runtimes.open(sha256);
    if (runtime !== null) return runtime;
    throw new AppError(
      'ROUTE_NOT_FOUND',
      'There is no such file any more; the controller was upgraded meanwhile. Paste the install line again.',
    );
  }

  async #guarded(actor: Actor, action: () => Promise<InstallAnswer>): Promise<InstallAnswer> {
    try {
      this.limiter.check(actor.remoteAddr);
      return await action();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'BUNDLE_GONE') {
        this.limiter.recordRefusal(actor.remoteAddr);
        return { status: error.status, text: writeRefusalScript([error.message, howToGetAnother]) };
      }
      return {
        status: error.status,
        text: writeRefusalScript([error.message]),
        ...(error.retryAfterS === undefined ? {} : { retryAfterS: Math.ceil(error.retryAfterS) }),
      };
    }
  }
}
