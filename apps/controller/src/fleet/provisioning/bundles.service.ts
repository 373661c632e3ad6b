import { bundleTimes, type BundleView, type CreatedBundle } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, AuditService, Clock, Database, newId, type Actor } from '../../platform/index.ts';
import { findRefusal } from './bundle-state.ts';
import { createBundleToken, hashBundleToken } from './bundle-token.ts';
import type { BundleOfServer, BundleRow } from './bundle.row.ts';
import { toBundleView } from './bundle.view.ts';
import { BundlesRepository } from './bundles.repository.ts';
import { InstallFiles } from './install-files.ts';
import { ControllerTrust } from './controller-trust.ts';
import { writeInstallLine } from './write-install-line.ts';

@Injectable()
export class BundlesService {
  constructor(
    private readonly database: Database,
    private readonly bundles: BundlesRepository,
    private readonly files: InstallFiles,
    private readonly trust: ControllerTrust,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Makes the one open bundle of a server; an earlier one that is still open is revoked. */
  async create(server: string, baseUrl: string, actor: Actor): Promise<CreatedBundle> {
    // What cannot be installed from here is told to the operator, not on the host.
    await this.files.load();
    const trust = await this.trust.read(baseUrl);
    const token = createBundleToken();
    const row = await this.database.transaction((tx) => this.#insert(tx, server, token, actor));
    const url = `${baseUrl}/install/${token}`;
    return {
      ...toBundleView(row, this.clock.now()),
      install_url: url,
      install_line: writeInstallLine(url, trust),
    };
  }

  async #insert(tx: SqlExecutor, idOrName: string, token: string, actor: Actor): Promise<BundleRow> {
    const server = await this.bundles.lockServer(tx, idOrName);
    if (server === null) throw new AppError('SERVER_NOT_FOUND', `There is no server ${idOrName}.`);
    if (server.archived_at !== null) {
      throw new AppError(
        'SERVER_ARCHIVED',
        `The server ${server.name} is archived; nothing is installed on it.`,
      );
    }
    const now = this.clock.now();
    await this.bundles.revokeOpen(tx, server.id, now);
    return this.bundles.insert(tx, {
      id: newId('bundle'),
      server_id: server.id,
      pool: server.pool,
      token_hash: hashBundleToken(token),
      created_by: actor.name,
      created_at: now,
      expires_at: new Date(now.getTime() + bundleTimes.lifeS * 1000),
    });
  }

  async latest(server: string): Promise<BundleView> {
    return toBundleView(await this.#getLatest(server), this.clock.now());
  }

  /** Ends the latest bundle when it is still open; one that has ended stays as it is. */
  async revoke(server: string, isDryRun: boolean): Promise<BundleView & { readonly dry_run: boolean }> {
    const bundle = await this.#getLatest(server);
    if (!isDryRun) await this.bundles.revoke(bundle.id, this.clock.now());
    return { ...(await this.latest(server)), dry_run: isDryRun };
  }

  async #getLatest(server: string): Promise<BundleRow> {
    const row = await this.bundles.findLatest(server);
    if (row !== null) return row;
    if (!(await this.bundles.hasServer(server)))
      throw new AppError('SERVER_NOT_FOUND', `There is no server ${server}.`);
    throw new AppError('BUNDLE_NOT_FOUND', `The server ${server} has no provisioning bundle yet.`);
  }

  /** The bundle of a link that is good now. Throws BUNDLE_GONE, whose detail is for people. */
  async open(token: string, remote: Actor): Promise<BundleOfServer> {
    const bundle = await this.bundles.findByToken(hashBundleToken(token));
    if (bundle === null) throw new AppError('BUNDLE_GONE', 'This link is not known here.');
    const refusal = findRefusal(bundle, this.clock.now());
    if (refusal === null) return bundle;
    await this.recordRefusal(bundle, refusal, remote);
    throw new AppError('BUNDLE_GONE', refusal);
  }

  find(token: string): Promise<BundleOfServer | null> {
    return this.bundles.findByToken(hashBundleToken(token));
  }

  markDownloaded(bundle: BundleOfServer): Promise<void> {
    return this.bundles.markDownloaded(bundle.id, this.clock.now());
  }

  async recordRefusal(bundle: BundleOfServer, refusal: string, actor: Actor): Promise<void> {
    await this.audit.record(null, {
      actor,
      action: 'bundle.refuse',
      subject: bundle.id,
      detail: { server_id: bundle.server_id, refusal },
    });
  }
}
