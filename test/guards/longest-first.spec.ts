import { expect, it } from 'vitest';
import { longestFiles } from '../longest-first.ts';
import { repositoryFiles } from './repository-files.ts';

it('the files that start first are all there', () => {
  expect(longestFiles.filter((path) => !repositoryFiles.includes(path))).toEqual([]);
});
