import type { DriverJobInput } from '@ironwheel/plugin-kit';
import {
  describeInterpreter,
  eventsOf,
  fixturePath,
  makeWorkDirectory,
  runDriver,
} from '@ironwheel/plugin-kit/suites';
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';

const { python_tag: pythonTag, architecture } = describeInterpreter();
const target = { pythonTag, platformTag: `linux_${architecture}` };
const works: string[] = [];
afterAll(() => works.forEach((work) => rmSync(work, { recursive: true, force: true })));

const build = (
  sample: string,
  job: Partial<DriverJobInput>,
): { errors: { code: string; message: string }[]; facts: Record<string, unknown>; wheels: number } => {
  const work = makeWorkDirectory(fixturePath(sample), target, job);
  works.push(work);
  const { events } = runDriver(work);
  return {
    errors: eventsOf(events, 'error'),
    facts: Object.fromEntries(eventsOf(events, 'fact').map(({ name, value }) => [name, value])),
    wheels: eventsOf(events, 'artifact').length,
  };
};

const mend = `--- a/ironwheel_fixture/__init__.py
+++ b/ironwheel_fixture/__init__.py
@@ -1,2 +1,2 @@
 """Builds and installs, but cannot be imported"""
-raise RuntimeError("broken on purpose")
+mended = True
`;

describe('a recipe', () => {
  it('patches the source before anything is read of it', () => {
    const broken = build('broken-import', {});
    expect(broken.errors[0]?.code).toBe('WHEEL_IMPORT_FAILED');
    const mended = build('broken-import', { patch: mend });
    expect(mended.errors).toEqual([]);
    expect(mended.facts['patched']).toEqual(['b/ironwheel_fixture/__init__.py']);
    expect(mended.wheels).toBe(1);
  });

  it.each([
    ['that does not fit', mend.replace('broken on purpose', 'broken by chance'), /does not fit/],
    ['that leaves the source', mend.replaceAll('ironwheel_fixture', '..'), /leaves the source/],
  ])('is refused with a patch %s', (_what, patch, why) => {
    const { errors, wheels } = build('broken-import', { patch });
    expect(errors[0]).toMatchObject({ code: 'PATCH_FAILED', message: expect.stringMatching(why) as string });
    expect(wheels).toBe(0);
  });

  it('replaces the build requirement of the same name, and adds others', () => {
    const { facts, errors } = build('broken-import', { build_requires: ['ironwheel-is-no-distribution==1'] });
    expect((facts['build_system'] as { requires: string[] }).requires).toContain(
      'ironwheel-is-no-distribution==1',
    );
    expect(errors[0]?.code).toMatch(/^(?:BUILD_REQUIREMENT_MISSING|INDEX_UNREACHABLE)$/);
  });
});
