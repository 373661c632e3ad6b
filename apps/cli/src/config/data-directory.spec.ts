import { expect, it } from 'vitest';
import { chooseDataDirectory } from './data-directory.ts';

const facts = { given: undefined, xdgDataHome: undefined, isRoot: false, home: '/home/ada' };

it('takes the given directory, else a place that fits the user', () => {
  expect(chooseDataDirectory({ ...facts, given: '/srv/iw', isRoot: true })).toBe('/srv/iw');
  expect(chooseDataDirectory({ ...facts, isRoot: true })).toBe('/var/lib/ironwheel');
  expect(chooseDataDirectory({ ...facts, xdgDataHome: '/data' })).toBe('/data/ironwheel');
  expect(chooseDataDirectory({ ...facts, xdgDataHome: 'relative' })).toBe('/home/ada/.local/share/ironwheel');
  expect(chooseDataDirectory(facts)).toBe('/home/ada/.local/share/ironwheel');
});
