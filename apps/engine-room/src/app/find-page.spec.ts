import { describe, expect, it } from 'vitest';
import { findPage } from './find-page.ts';
import type { PageEntry } from './page-entry.ts';

const page = (path: string): PageEntry => ({
  path,
  title: path,
  load: () => Promise.reject(new Error(path)),
});
const pages = [page('/plans'), page('/plans/$runId'), page('/plans/new'), page('/servers/$serverId/edit')];
const find = (path: string) => {
  const found = findPage(pages, path);
  return found === null ? null : { path: found.page.path, ids: found.ids };
};

describe('the page of an address', () => {
  it('is found with what its path names, as it stands there', () => {
    expect(find('/plans')).toEqual({ path: '/plans', ids: {} });
    expect(find('/plans/run_1%2F')).toEqual({ path: '/plans/$runId', ids: { runId: 'run_1%2F' } });
    expect(find('/servers/srv_1/edit')).toEqual({
      path: '/servers/$serverId/edit',
      ids: { serverId: 'srv_1' },
    });
  });

  it('is that of its own name before that of a thing', () => {
    expect(find('/plans/new')).toEqual({ path: '/plans/new', ids: {} });
  });

  it('is none where no path is the same', () => {
    expect(find('/')).toBeNull();
    expect(find('/plans/')).toBeNull();
    expect(find('/servers/srv_1/other')).toBeNull();
  });
});
