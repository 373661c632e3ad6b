import { describe, expect, it } from 'vitest';
import { type IndexFile } from '../index-client/project-listing.ts';
import { listReleasesOf } from './listed-releases.ts';

const toFile = (filename: string): IndexFile => ({
  filename,
  url: `https://files.example/${filename}`,
  hashes: {},
  requiresPython: null,
  yanked: false,
  size: null,
  uploadTime: null,
  metadata: null,
});

describe('the releases of a listing', () => {
  it('gather files by version, however they spell name and version, and leave out what is not of the project', () => {
    const files = [
      'My_Project-1.0-py3-none-any.whl',
      'my.project-1.0.0-2-cp312-cp312-linux_s390x.whl',
      'my-project-1.0.tar.gz',
      'my_project-2.0rc1.zip',
      'my_project_extra-3.0-py3-none-any.whl',
      'my_project-x-py3-none-any.whl',
      'my_project.whl',
      'my_project-4.0.exe',
      `my_project-${'1.'.repeat(60)}0-py3-none-any.whl`,
    ].map(toFile);
    const releases = [...listReleasesOf('my-project', files).values()];
    expect(
      releases.map(({ version, wheels, sdists }) => [version.text, wheels.length, sdists.length]),
    ).toEqual([
      ['1.0', 2, 1],
      ['2.0rc1', 0, 1],
    ]);
  });

  it('are sorted once for a listing', () => {
    const files = [toFile('foo-1.0.tar.gz')];
    expect(listReleasesOf('foo', files)).toBe(listReleasesOf('foo', files));
    expect(listReleasesOf('foo', [...files])).not.toBe(listReleasesOf('foo', files));
  });
});
