import { type ErrorCodeEntry, errorCodes } from '@ironwheel/contracts';
import { pluginRefusals } from '@ironwheel/plugin-kit';
import { describe, expect, it } from 'vitest';
import { errorDocument } from './error-document.ts';
import { isSpec } from './import-graph.ts';
import { filesEndingIn, readText } from './repository-files.ts';

const entries: [code: string, entry: ErrorCodeEntry][] = Object.entries(errorCodes);
const productCode = filesEndingIn('.ts', '.mjs')
  .filter(
    (path) => /^(?:apps|libs|plugins)\//.test(path) && !isSpec(path) && !path.startsWith('libs/testing/'),
  )
  .filter((path) => path !== 'libs/contracts/src/error-codes.ts')
  .map(readText)
  .join('\n');

describe('error codes', () => {
  it('docs/errors.md lists every code with its meaning', async () => {
    await expect(errorDocument(errorCodes, pluginRefusals)).toMatchFileSnapshot('../../docs/errors.md');
  });

  it('every code is answered somewhere', () => {
    const used = new Set(productCode.match(/(?<=['"`])[A-Z]+(?:_[A-Z]+)*(?=['"`])/g));
    expect(entries.map(([code]) => code).filter((code) => !used.has(code))).toEqual([]);
  });

  it.each(entries)('%s has a name, a status and a sentence of its own', (code, { status, meaning }) => {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(meaning).toMatch(/\.$/);
    expect(entries.filter(([, other]) => other.meaning === meaning)).toHaveLength(1);
  });
});
