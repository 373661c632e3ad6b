import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
}

/** The folder of SQL files: beside the bundle when built, `apps/controller/migrations` when run from source. */
export function findMigrationsFolder(start: string = import.meta.dirname): string {
  const candidates = [join(start, 'migrations'), join(start, '..', '..', '..', 'migrations')];
  const found = candidates.find((folder) => existsSync(join(folder, '0001_platform.sql')));
  if (found === undefined)
    throw new Error('the migrations of the database are missing from this installation');
  return found;
}

/** Reads `NNNN_name.sql` files in order; numbers start at 1 and have no gap. */
export function readMigrations(folder: string): Migration[] {
  const migrations = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file): Migration => {
      const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file);
      if (match === null) throw new Error(`${file} is not named NNNN_name.sql`);
      const sql = readFileSync(join(folder, file), 'utf8');
      return {
        number: Number(match[1]),
        name: match[2] ?? '',
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    });
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1) throw new Error(`migration ${index + 1} is missing or doubled`);
  });
  return migrations;
}
