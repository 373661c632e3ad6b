import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

export const projectOrigins = ['own', 'upstream', 'both'] as const;
export type ProjectOrigin = (typeof projectOrigins)[number];

export interface ProjectRow {
  readonly name: string;
  readonly origin: ProjectOrigin;
  /** When the first wheel of ours was accepted. */
  readonly own_since: Date | null;
  readonly serial: number;
  readonly updated_at: Date;
}

/** SQL on `projects`: where the index answers for a name. */
@Injectable()
export class ProjectsRepository {
  constructor(private readonly database: Database) {}

  async find(name: string): Promise<ProjectRow | null> {
    const [row] = await this.database.query<ProjectRow>('SELECT * FROM projects WHERE name = $1', [name]);
    return row ?? null;
  }

  async list(limit: number, offset: number): Promise<{ rows: ProjectRow[]; total: number }> {
    const rows = await this.database.query<ProjectRow>(
      'SELECT * FROM projects ORDER BY name LIMIT $1 OFFSET $2',
      [limit, offset],
    );
    const [count] = await this.database.query<{ total: number }>('SELECT count(*) AS total FROM projects');
    return { rows, total: count?.total ?? 0 };
  }

  /** Whether a job for the project was ever made: then the name is ours, though nothing may be served yet. */
  async hasJob(name: string): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM jobs WHERE name = $1 LIMIT 1', [name]);
    return rows.length > 0;
  }

  /** A wheel of ours was accepted or changed: the name is ours; `both` was somebody's decision and stays. */
  async markOwn(tx: SqlExecutor, names: readonly string[]): Promise<void> {
    await tx.query(
      `INSERT INTO projects (name, origin, own_since)
       SELECT name, 'own', now() FROM unnest($1::text[]) AS given (name) ORDER BY name
       ON CONFLICT (name) DO UPDATE SET serial = projects.serial + 1, updated_at = now(),
         own_since = coalesce(projects.own_since, now()),
         origin = CASE WHEN projects.origin = 'both' THEN 'both' ELSE 'own' END`,
      [names],
    );
  }

  /** What is served of the project has changed. */
  async touch(tx: SqlExecutor, name: string): Promise<void> {
    await tx.query('UPDATE projects SET serial = serial + 1, updated_at = now() WHERE name = $1', [name]);
  }

  async setOrigin(tx: SqlExecutor, name: string, origin: ProjectOrigin): Promise<ProjectRow> {
    const [row] = await tx.query<ProjectRow>(
      `INSERT INTO projects (name, origin) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET origin = $2, serial = projects.serial + 1, updated_at = now() RETURNING *`,
      [name, origin],
    );
    if (row === undefined) throw new Error('the project was not written');
    return row;
  }
}
