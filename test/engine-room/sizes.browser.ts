import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './chromium.ts';
import { addManyWorkers } from './fleet-rows.ts';
import { startRoom, type Room } from './room.ts';

const built = fileURLToPath(new URL('../../dist/engine-room/', import.meta.url));
const mostBytes = 250_000;
const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), isEntry: z.boolean().optional(), imports: z.array(z.string()).default([]) }),
);

describe('what a page costs to load', () => {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')));
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry === true) ?? 'none';
  const pages = Object.keys(manifest).filter(
    (key) => key.startsWith('src/pages/') && key.endsWith('-page.tsx'),
  );

  const closure = (key: string, found = new Set<string>()): Set<string> => {
    if (found.has(key)) return found;
    found.add(key);
    for (const other of manifest[key]?.imports ?? []) closure(other, found);
    return found;
  };

  it('there are pages', () => expect(pages.length).toBeGreaterThanOrEqual(3));

  it.each(pages)(`the scripts of %s come to less than ${mostBytes} bytes, packed`, (page) => {
    const files = [...closure(page, closure(entry))].map((key) => manifest[key]?.file ?? '');
    const bytes = files
      .filter((file) => file.endsWith('.js'))
      .map((file) => gzipSync(readFileSync(join(built, file)), { level: 9 }).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(mostBytes);
  });
});

describe.skipIf(!hasChromium)('ten thousand workers', () => {
  let room: Room;
  beforeAll(async () => {
    room = await startRoom();
    await room.workers.add('anvil');
    await addManyWorkers(room.controller, 9_999);
  });
  afterAll(() => room.close());

  it('are in the table, with only those in the document that can be seen', async () => {
    const { page, context, problems } = await room.open('/workers');
    await page.getByText('10,000 of 10,000').waitFor();
    const rows = (): Promise<number> => page.locator('tbody tr[data-index]').count();
    expect(await rows()).toBeLessThan(100);
    expect(await page.getByRole('table').first().getAttribute('aria-rowcount')).toBe('10001');
    await page.getByRole('searchbox', { name: 'Filter the workers' }).fill('many-9999');
    await page.getByText('1 of 10,000').waitFor();
    await page.getByRole('searchbox', { name: 'Filter the workers' }).fill('');
    await page.getByText('10,000 of 10,000').waitFor();
    await page.getByRole('button', { name: 'Worker', exact: true }).click();
    await page.locator('tr[data-index="1"]').getByText('many-1', { exact: true }).waitFor();
    await page.evaluate('document.querySelector("[role=region]").scrollTop = 1e9');
    await page.getByRole('link', { name: 'many-9999', exact: true }).waitFor();
    expect(await rows()).toBeLessThan(100);
    expect(problems).toEqual({ errors: [], foreign: [] });
    await context.close();
  });
});
