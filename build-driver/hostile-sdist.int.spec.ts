import { driverExitCodes } from '@ironwheel/plugin-kit';
import {
  describeInterpreter,
  runDriver,
  type DriverRun,
  eventsOf,
  makeWorkDirectory,
} from '@ironwheel/plugin-kit/suites';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const maker = fileURLToPath(new URL('./fixtures/make-hostile-sdist.py', import.meta.url));
const { python_tag: pythonTag, architecture } = describeInterpreter();
const target = { pythonTag, platformTag: `linux_${architecture}` };
const works: string[] = [];
afterAll(() => works.forEach((work) => rmSync(work, { recursive: true, force: true })));

const fetchHostile = (kind: string): { run: DriverRun; work: string } => {
  const filename = `ironwheel_fixture_hostile-1.0${kind.startsWith('zip-') ? '.zip' : '.tar.gz'}`;
  const work = makeWorkDirectory(null, target, {
    name: 'ironwheel-fixture-hostile',
    version: '1.0',
    source: { path: filename },
    limits: { unpacked_max_bytes: 16 * 1024 * 1024, unpacked_max_entries: 1000 },
  });
  works.push(work);
  execFileSync('python3', [maker, kind, join(work, 'source', filename)]);
  return { run: runDriver(work, {}, ['fetch']), work };
};

describe('the driver refuses an sdist that', () => {
  it.each([
    ['traversal', 'SDIST_UNSAFE_PATH', 'leaves its directory'],
    ['absolute', 'SDIST_UNSAFE_PATH', 'has an absolute path'],
    ['symlink-out', 'SDIST_UNSAFE_PATH', 'links out of its directory'],
    ['through-symlink', 'SDIST_UNSAFE_PATH', 'writes through a link'],
    ['hard-link-out', 'SDIST_UNSAFE_PATH', 'has a hard link out of its directory'],
    ['device', 'SDIST_UNSAFE_PATH', 'has a device'],
    ['zip-traversal', 'SDIST_UNSAFE_PATH', 'is a zip file and leaves its directory'],
    ['zip-symlink', 'SDIST_UNSAFE_PATH', 'is a zip file with a link'],
    ['huge-header', 'SDIST_UNSAFE_PATH', 'has a header of megabytes'],
    ['bomb', 'SDIST_TOO_LARGE', 'unpacks to more than it may'],
    ['many', 'SDIST_TOO_LARGE', 'has too many entries'],
    ['two-tops', 'SDIST_LAYOUT', 'has no top directory of its own'],
    ['not-an-archive', 'SDIST_UNREADABLE', 'is no archive'],
    ['wrong-name', 'SDIST_NAME_MISMATCH', 'is of another project'],
  ])('%s: %s, since it %s', (kind, code) => {
    const { run, work } = fetchHostile(kind);
    expect(eventsOf(run.events, 'error').map((event) => event.code)).toEqual([code]);
    expect(run.exitCode).toBe(driverExitCodes.packageFailed);
    expect(existsSync('/tmp/ironwheel-escaped')).toBe(false);
    expect(readdirSync(work)).not.toContain('escaped');
  });

  it('has other bytes than the job says', () => {
    const work = makeWorkDirectory('roman', target);
    works.push(work);
    const wrong = makeWorkDirectory('roman', target, {
      source: { path: 'ironwheel_sample_roman-2.0.0.tar.gz', sha256: '0'.repeat(64) },
    });
    works.push(wrong);
    const run = runDriver(wrong, {}, ['fetch']);
    expect(eventsOf(run.events, 'error')[0]?.code).toBe('SDIST_HASH_MISMATCH');
    expect(run.exitCode).toBe(driverExitCodes.provider);
  });
});
