import { describe, expect, it } from 'vitest';
import { createNewerFilter } from './exclude-newer.ts';
import { type IndexFile } from './project-listing.ts';

const fileOf = (uploadTime: string | null): IndexFile => ({
  filename: 'foo-1.0.tar.gz',
  url: 'https://files.example/foo-1.0.tar.gz',
  hashes: {},
  requiresPython: null,
  yanked: false,
  size: null,
  uploadTime,
  metadata: null,
});

describe('exclude_newer', () => {
  it.each([
    ['2026-01-31T11:59:59Z', '2026-01-31T12:00:00Z', true],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z', true],
    ['2026-01-31T12:00:00.000001Z', '2026-01-31T12:00:00Z', false],
    ['2026-01-31T12:00:00.1234561Z', '2026-01-31T12:00:00.123456Z', false],
    ['2026-01-31T13:30:00+01:30', '2026-01-31T12:00:00Z', true],
    ['2026-01-31T12:00:00-00:01', '2026-01-31T12:00:00Z', false],
    ['2026-01-31 12:00:00z', '2026-01-31t12:00:00+00:00', true],
    [null, '2026-01-31T12:00:00Z', false],
    ['yesterday', '2026-01-31T12:00:00Z', false],
    ['2026-02-31T25:00:00Z', '2027-01-31T12:00:00Z', false],
  ])('uploaded %s, asked for %s: kept is %s', (uploaded, cutoff, isKept) => {
    const file = fileOf(uploaded);
    const expected = isKept ? { files: [file], newerFiles: [] } : { files: [], newerFiles: [file] };
    expect(createNewerFilter(cutoff)([file])).toEqual(expected);
  });

  it.each(['2026-01-31', '2026-01-31T12:00:00', 'P7D', '', '2026-13-01T00:00:00Z'])(
    '%j is no moment',
    (cutoff) => {
      expect(() => createNewerFilter(cutoff)).toThrow(RangeError);
    },
  );
});
