import { formatTag, type TargetEnvironment } from '@ironwheel/packaging';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.ts';

export interface OwnFileRow {
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
  readonly requires_python: string | null;
  readonly metadata_sha256: string;
  readonly accepted_at: Date;
  readonly yanked_at: Date | null;
  readonly yank_reason: string | null;
}

export interface ServedFileRow {
  readonly size: number;
  readonly metadata: string;
  readonly metadata_sha256: string;
}

/**
 * A wheel with nothing but plain `linux_*` tags says nothing of the C library that it needs: it is shown under the
 * target that it was built for, and nowhere else.
 */
const isPortable = `EXISTS (SELECT 1 FROM unnest(tags) AS tag WHERE tag !~ '-linux_[a-z0-9_]+$')`;

/** With a target ($1 its tags, $2 and $3 its name): what runs there; without ($1 null): all that is portable. */
const isVisible = `accepted_at IS NOT NULL AND CASE WHEN $1::text[] IS NULL THEN ${isPortable}
  ELSE tags && $1 AND (${isPortable} OR (python_tag = $2 AND platform_tag = $3)) END`;

const toParameters = (target: TargetEnvironment | null): readonly unknown[] =>
  target === null ? [null, null, null] : [target.tags.map(formatTag), target.pythonTag, target.platformTag];

/** What the index reads of `artifacts`. Only accepted rows; a file that several jobs brought is one file. */
@Injectable()
export class OwnFilesRepository {
  constructor(private readonly database: Database) {}

  listFiles(name: string, target: TargetEnvironment | null): Promise<OwnFileRow[]> {
    return this.database.query<OwnFileRow>(
      `SELECT DISTINCT ON (filename) filename, sha256, size, requires_python, metadata_sha256, accepted_at, yanked_at,
         yank_reason
       FROM artifacts WHERE name = $4 AND ${isVisible} ORDER BY filename, accepted_at`,
      [...toParameters(target), name],
    );
  }

  async listNames(target: TargetEnvironment | null): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT DISTINCT name FROM artifacts WHERE ($2::text IS NULL OR $2 <> '') AND ($3::text IS NULL OR $3 <> '')
         AND ${isVisible} ORDER BY name`,
      toParameters(target),
    );
    return rows.map((row) => row.name);
  }

  async findServed(sha256: string, filename: string): Promise<ServedFileRow | null> {
    const [row] = await this.database.query<ServedFileRow>(
      'SELECT size, metadata, metadata_sha256 FROM artifacts WHERE sha256 = $1 AND served_filename = $2 LIMIT 1',
      [sha256, filename],
    );
    return row ?? null;
  }
}
