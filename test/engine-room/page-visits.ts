import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { repositoryRoot } from '../guards/repository-files.ts';

const list = readFileSync(join(repositoryRoot, 'apps/engine-room/src/pages.ts'), 'utf8');
/** As they stand in the list of which routes and navigation are made, so that none can be left out. */
export const pagePaths = [...list.matchAll(/^ {4}path: '([^']+)',$/gm)].map(([, path]) => path ?? '');
/** How many entries the list has, by what every entry holds. */
export const pageCount = (list.match(/\bload: /g) ?? []).length;

export interface PageVisit {
  readonly address: string;
  /** Stands on the page once its rows do. */
  readonly text: string | RegExp;
  /** What strangers wrote stands on it. */
  readonly isHostile: boolean;
}

export function visitOf(visits: Readonly<Record<string, PageVisit>>, path: string): PageVisit {
  const visit = visits[path];
  if (visit === undefined) throw new Error(`${path} has no rows: add some in every-page-rows.ts`);
  return visit;
}

/** Waits until all of a page is there, with what comes later than the rest. */
export async function waitForVisit(page: Page, { text, isHostile }: PageVisit): Promise<void> {
  await page.getByRole('main').getByText(text).first().waitFor();
  if (isHostile) await page.getByText(/RLO/).first().waitFor({ state: 'attached' });
  await page.locator('main .mantine-Loader-root[aria-label]').first().waitFor({ state: 'detached' });
}
