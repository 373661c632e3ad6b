import pg from 'pg';

const bigintOid = pg.types.builtins.INT8;
const toSafeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError('a bigint of the database is too large for a number');
  return value;
};

/** `bigint` as a number (all of ours are counters and sizes); everything else as `pg` does it. */
export const parseDatabaseValues = new pg.TypeOverrides();
parseDatabaseValues.setTypeParser(bigintOid, toSafeNumber);
