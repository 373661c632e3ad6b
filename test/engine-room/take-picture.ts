import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { repositoryRoot } from '../guards/repository-files.ts';
import { shrinkPng } from './shrink-png.ts';

const directory = join(repositoryRoot, 'docs/guide/pictures');
const isWanted = process.env['GUIDE_PICTURES'] !== undefined;
/** Of each picture; a page that is shorter is shown with what room it leaves. */
const size = { width: 1440, height: 900 };

/**
 * A picture for the guide (docs/guide), of the page as a test has brought it about: written only by
 * `npm run guide:pictures`, so that the pictures of the guide are what the pages really show.
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!isWanted) return;
  await page.setViewportSize(size);
  // Whatever came with the last deed has gone, and nothing blinks.
  await page.mouse.move(0, 0);
  await page.evaluate('scrollTo(0, 0)');
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.png`), shrinkPng(png));
}
