import pg from 'pg';

const bigintOid = 20;
const countOverflow = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError('a bigint of the database is too large for a number');
  return value;
};

type TypeParser = (value: string) => unknown;

/** `bigint` as a number (all of ours are counters and sizes); everything else as `pg` does it. */
export const parseDatabaseValues = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): TypeParser {
    if (oid === bigintOid && format !== 'binary') return countOverflow;
    return pg.types.getTypeParser(oid, format ?? 'text') as TypeParser;
  },
} as unknown as pg.CustomTypesConfig;
