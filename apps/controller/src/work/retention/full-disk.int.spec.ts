import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createSampleWheel, createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactsFixture, target } from '../../../test/artifacts-fixture.ts';
import { ArtifactBytes } from '../artifacts/index.ts';

/** A disk of its own, or why there is none. */
function mountSmallDisk(place: string): string | null {
  if (process.getuid?.() !== 0) return 'a file system of its own needs root';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', place], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `no file system can be mounted here: ${(error as Error).message.split('\n').at(-1) ?? ''}`;
  }
}

const directory = createTestDirectory('disk');
const store = join(directory, 'data', 'artifacts');
mkdirSync(store, { recursive: true });
const obstacle = mountSmallDisk(store);

describe.skipIf(obstacle !== null)(
  `a full disk${obstacle === null ? '' : ` (left out: ${obstacle})`}`,
  () => {
    let at: ArtifactsFixture;
    beforeAll(async () => {
      at = await ArtifactsFixture.start({
        IRONWHEEL_DATA_DIR: join(directory, 'data'),
        RETENTION_INTERVAL_S: '0',
      });
    });
    afterAll(async () => {
      await at.controller.close();
      execFileSync('umount', [store]);
      removeTestDirectory(directory);
    });

    it('refuses uploads and keeps what it serves; retention makes room', async () => {
      const served = createSampleWheel({ name: 'served' });
      await at.worker.publish(served, 'served', '1.0', target);
      const bytes = at.controller.app.get(ArtifactBytes, { strict: false });
      const fill = async (): Promise<void> => {
        const { sha256 } = await bytes.put(Readable.from([randomBytes(100_000)]), { maxBytes: 1e6 });
        utimesSync(join(store, sha256.slice(0, 2), sha256), 1000, 1000);
      };
      await expect(
        (async () => {
          for (;;) await fill();
        })(),
      ).rejects.toMatchObject({ code: 'ARTIFACT_STORE_FULL' });

      const wheel = createSampleWheel({
        name: 'refused',
        module: `# ${randomBytes(400_000).toString('base64')}`,
      });
      const claim = await at.worker.claim('refused', '1.0', target);
      const refused = await at.worker.upload(claim, wheel);
      expect(refused).toMatchObject({ status: 507, body: { error: 'ARTIFACT_STORE_FULL' } });
      const read = async (): Promise<Buffer> =>
        Buffer.from(
          await (await fetch(`${at.controller.url}/files/${served.sha256}/${served.filename}`)).arrayBuffer(),
        );
      expect((await read()).equals(served.bytes)).toBe(true);

      const run = await at.operate('POST', '/api/retention/run');
      expect(run.body).toMatchObject({ state: 'done' });
      expect((await at.worker.upload(claim, wheel)).status).toBe(200);
      expect((await at.worker.report(claim, [wheel])).body).toMatchObject({ state: 'succeeded' });
      expect((await read()).equals(served.bytes)).toBe(true);
    });
  },
);
