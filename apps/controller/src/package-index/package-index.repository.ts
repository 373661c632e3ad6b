import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.ts';

export const origins = ['own', 'upstream', 'both'] as const;
export type Origin = (typeof origins)[number];

export interface ServedFile {
  readonly sha256: string;
  readonly filename: string;
  readonly size: number;
  readonly requires_python: string | null;
  readonly metadata_sha256: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly accepted_at: Date;
  readonly yanked_at: Date | null;
  readonly yank_reason: string | null;
}

export interface ProjectRow {
  readonly name: string;
  readonly origin: Origin;
  readonly own_since: Date | null;
  readonly updated_at: Date;
}

const served = `SELECT sha256, filename, size, requires_python, metadata_sha256, python_tag, platform_tag, accepted_at,
  yanked_at, yank_reason FROM artifacts`;

/** What the index reads: accepted artifacts, and where each project is answered from. */
@Injectable()
export class PackageIndexRepository {
  constructor(private readonly database: Database) {}

  listServed(name: string): Promise<ServedFile[]> {
    return this.database.query<ServedFile>(
      `${served} WHERE name = $1 AND accepted_at IS NOT NULL ORDER BY filename`,
      [name],
    );
  }

  async findFile(sha256: string, filename: string): Promise<ServedFile | null> {
    const [row] = await this.database.query<ServedFile>(
      `${served} WHERE sha256 = $1 AND filename = $2 AND accepted_at IS NOT NULL`,
      [sha256, filename],
    );
    return row ?? null;
  }

  async findMetadata(sha256: string, filename: string): Promise<string | null> {
    const [row] = await this.database.query<{ metadata: string }>(
      'SELECT metadata FROM artifacts WHERE sha256 = $1 AND filename = $2 AND accepted_at IS NOT NULL',
      [sha256, filename],
    );
    return row?.metadata ?? null;
  }

  async listOwnNames(): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      'SELECT DISTINCT name FROM artifacts WHERE accepted_at IS NOT NULL ORDER BY name',
    );
    return rows.map((row) => row.name);
  }

  /** Null: nobody has said anything about this name. A name that was ever wanted as a job is ours. */
  async findOrigin(name: string): Promise<Origin | null> {
    const [row] = await this.database.query<{ origin: Origin | null; is_wanted: boolean }>(
      `SELECT (SELECT origin FROM projects WHERE name = $1) AS origin,
              EXISTS (SELECT 1 FROM jobs WHERE name = $1) AS is_wanted`,
      [name],
    );
    return row?.origin ?? (row?.is_wanted === true ? 'own' : null);
  }

  listProjects(limit: number, offset: number): Promise<ProjectRow[]> {
    return this.database.query<ProjectRow>(
      'SELECT name, origin, own_since, updated_at FROM projects ORDER BY name LIMIT $1 OFFSET $2',
      [limit, offset],
    );
  }

  async setOrigin(name: string, origin: Origin): Promise<ProjectRow> {
    const [row] = await this.database.query<ProjectRow>(
      `INSERT INTO projects (name, origin) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET origin = excluded.origin, serial = projects.serial + 1, updated_at = now()
       RETURNING name, origin, own_since, updated_at`,
      [name, origin],
    );
    if (row === undefined) throw new Error('the project was not written');
    return row;
  }
}
