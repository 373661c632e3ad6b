import { createSampleWheel, writeZip } from '@ironwheel/testing';
import { describe, expect, it } from 'vitest';
import { toRandomAccess } from '../archives/random-access.ts';
import { readKeptMetadata, readKeptSdist } from './kept-package-files.ts';
import { type KeptFiles } from './package-files.ts';

/** A store of one file, which counts what is open. */
class OneFileStore implements KeptFiles {
  openCount = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  open(): ReturnType<KeptFiles['open']> {
    this.openCount += 1;
    const access = toRandomAccess(this.#bytes);
    const close = (): Promise<void> => {
      this.openCount -= 1;
      return access.close();
    };
    return Promise.resolve({
      size: access.size,
      read: (offset, length) => access.read(offset, length),
      close,
    });
  }
}

const wheel = createSampleWheel({ name: 'my-pkg', requiresDist: ['idna'] });

describe('files in the artifact store', () => {
  it('say what they depend on, and are closed', async () => {
    const store = new OneFileStore(wheel.bytes);
    const { requiresDist } = await readKeptMetadata(store, wheel.filename, wheel.sha256);
    expect(requiresDist.map(({ text }) => text)).toEqual(['idna']);
    expect(store.openCount).toBe(0);
  });

  it('are refused by name, and closed, when they are broken or of another project', async () => {
    const broken = new OneFileStore(Buffer.from('rubbish'));
    await expect(readKeptMetadata(broken, wheel.filename, wheel.sha256)).rejects.toMatchObject({
      code: 'PACKAGE_FILE_BROKEN',
      place: wheel.filename,
    });
    expect(broken.openCount).toBe(0);
    const store = new OneFileStore(wheel.bytes);
    await expect(readKeptMetadata(store, 'other-1.0-py3-none-any.whl', wheel.sha256)).rejects.toThrow(
      'other-1.0',
    );
    await expect(readKeptMetadata(store, 'my_pkg-1.0.tar.gz', wheel.sha256)).rejects.toThrow(
      'not that of a wheel',
    );
  });

  it('are read as sdists with what they are built with', async () => {
    const pyproject = '[build-system]\nrequires = ["flit_core>=3"]\nbuild-backend = "flit_core.buildapi"\n';
    const store = new OneFileStore(writeZip([{ name: 'my_pkg-1.0/pyproject.toml', content: pyproject }]));
    const facts = await readKeptSdist(store, 'my_pkg-1.0.zip', '0'.repeat(64));
    expect(facts).toMatchObject({ metadata: null, buildSystem: { buildBackend: 'flit_core.buildapi' } });
    await expect(readKeptSdist(store, wheel.filename, wheel.sha256)).rejects.toThrow('not that of an sdist');
  });
});
