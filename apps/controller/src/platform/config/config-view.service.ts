import { Inject, Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { configViewSchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { DATABASE_CONNECTION, type DatabaseConnection } from '../database/connection.ts';
import { Database } from '../database/database.ts';
import { PublicAddress } from '../http/public-address.ts';
import { ironwheelVersion } from '../version.ts';
import { ConfigFacts } from './config-facts.ts';
import { databaseSection, httpSection, queueSection, targetSection } from './platform-sections.ts';

export type ConfigView = z.output<typeof configViewSchema>;

/** The sanitised configuration: no token, no password, no credentials of an index URL. */
@Injectable()
export class ConfigViewService {
  readonly #config: LoadedConfig;
  readonly #facts: ConfigFacts;
  readonly #database: Database;
  readonly #connection: DatabaseConnection;
  readonly #address: PublicAddress;

  constructor(
    config: LoadedConfig,
    facts: ConfigFacts,
    database: Database,
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    address: PublicAddress,
  ) {
    this.#config = config;
    this.#facts = facts;
    this.#database = database;
    this.#connection = connection;
    this.#address = address;
  }

  async get(): Promise<ConfigView> {
    const target = this.#config.get(targetSection);
    const version = target.PYTHON_VERSION ?? 'auto';
    const indexUrl = (await this.#facts.find('index_url')) ?? target.INDEX_URL ?? null;
    return {
      version: ironwheelVersion,
      strategy: target.UPGRADE_STRATEGY,
      target: (await this.#facts.find('target')) ?? {
        python_version: version,
        python_tag: version === 'auto' ? 'auto' : `cp${version.replace('.', '')}`,
        platform_tag: target.PLATFORM_TAG ?? 'auto',
      },
      index: {
        index_url: indexUrl === null ? null : withoutCredentials(indexUrl),
        extra_index_urls: target.EXTRA_INDEX_URL.map(withoutCredentials),
        upstream_passthrough: target.INDEX_UPSTREAM_PASSTHROUGH,
      },
      queue_backend: this.#config.get(queueSection).QUEUE_BACKEND,
      database: { kind: this.#connection.kind, server_version: await this.#database.serverVersion() },
      artifact_store: (await this.#facts.find('artifact_store')) ?? 'files',
      claims_paused: (await this.#facts.find('claims_paused')) ?? false,
      public_url: this.#address.url,
      environment: this.#environment(),
    };
  }

  #environment(): Record<string, string> {
    const { LOG_LEVEL, METRICS_ENABLED, TLS_CERT_FILE, TRUSTED_PROXIES } = this.#config.get(httpSection);
    return {
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      log_level: LOG_LEVEL,
      metrics_enabled: String(METRICS_ENABLED),
      tls: String(TLS_CERT_FILE !== undefined),
      trusted_proxies: TRUSTED_PROXIES.join(', '),
      database_pool_size: String(this.#config.get(databaseSection).DATABASE_POOL_SIZE),
    };
  }
}

/** A URL without user, password and query, which may hold keys. */
export function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.toString().replace(/\/$/, '');
}
