import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DoctorCheck } from '@ironwheel/contracts';
import { ArtifactBytes, FindOrphans } from '../../work/artifacts/index.ts';
import { Findings, mebibytes, toFoundCheck } from './check.ts';
import { DoctorRepository, type StoredFileRow } from './doctor.repository.ts';

const mostNames = 1000;
/** Retention takes orphans after a day; what is older than two was left. */
const orphanAgeMs = 2 * 86_400_000;

/** Rows against bytes: what is served, uploaded and handed in must lie in the artifact store as its row says. */
@Injectable()
export class CheckFiles {
  constructor(
    private readonly rows: DoctorRepository,
    private readonly bytes: ArtifactBytes,
    private readonly orphans: FindOrphans,
  ) {}

  async run(deep: boolean): Promise<DoctorCheck[]> {
    return [
      await this.#served(deep),
      await this.#stored(
        'uploads',
        this.rows.listUploads(),
        deep,
        'Build it again: POST /api/jobs/{id}/retry.',
      ),
      await this.#stored(
        'inputs',
        this.rows.listInputs(),
        deep,
        'Hand the file in again; equal bytes take the same place.',
      ),
      await this.#results(),
      await this.#orphaned(),
    ];
  }

  async #served(deep: boolean): Promise<DoctorCheck> {
    const findings = new Findings();
    for (const { filename } of await this.rows.listUnboundNames(mostNames))
      findings.add(`${filename}: its name is taken, and no artifact stands behind it`);
    const mend =
      'Put the file back under its SHA-256 from a backup of the artifact store, or yank it and build the wheel anew (`ironwheel build --rebuild`).';
    return this.#stored('served files', this.rows.listServed(), deep, mend, findings);
  }

  async #stored(
    check: string,
    files: AsyncIterable<StoredFileRow>,
    deep: boolean,
    mend: string,
    findings = new Findings(),
  ): Promise<DoctorCheck> {
    let [count, bytes] = [0, 0];
    for await (const file of files) {
      count += 1;
      bytes += file.size;
      const problem = await this.#look(file, deep);
      if (problem !== null) findings.add(`${file.filename} (${file.sha256}): ${problem}`);
    }
    const measured = `${count} files, ${mebibytes(bytes)}; ${findings.count} not as they should be${deep ? '' : ' (by size)'}`;
    const needed = `each in the artifact store, ${deep ? 'with its size and SHA-256' : 'with its size'}`;
    return toFoundCheck({ check, measured, needed, mend }, findings);
  }

  /** What is wrong with the bytes of a row; null when nothing is. */
  async #look({ sha256, size }: StoredFileRow, deep: boolean): Promise<string | null> {
    const facts = await this.bytes.stat(sha256);
    if (facts === null) return 'its bytes are missing';
    if (facts.size !== size) return `${facts.size} bytes, its row says ${size}`;
    if (!deep) return null;
    const stream = await this.bytes.read(sha256);
    if (stream === null) return 'its bytes are missing';
    const hash = createHash('sha256');
    for await (const part of stream as AsyncIterable<Buffer>) hash.update(part);
    const actual = hash.digest('hex');
    return actual === sha256 ? null : `its bytes have the SHA-256 ${actual}`;
  }

  async #results(): Promise<DoctorCheck> {
    const findings = new Findings();
    for (const { id, name, version, wheel } of await this.rows.listBarrenJobs(mostNames))
      findings.add(`${id} (${name} ${version}): ${wheel ?? 'no wheel'} is not served`);
    return toFoundCheck(
      {
        check: 'accepted results',
        measured: `${findings.count} jobs succeeded without a wheel that is served`,
        needed: 'none',
        mend: 'Build it again: `ironwheel build --rebuild NAME==VERSION`.',
      },
      findings,
    );
  }

  async #orphaned(): Promise<DoctorCheck> {
    const findings = new Findings();
    let bytes = 0;
    for await (const { sha256, size } of this.orphans.list(new Date(Date.now() - orphanAgeMs))) {
      findings.add(sha256);
      bytes += size;
    }
    return toFoundCheck(
      {
        check: 'bytes without a row',
        measured: `${findings.count} files, ${mebibytes(bytes)}, older than two days`,
        needed: 'none',
        mend: 'Run `ironwheel retention`; it takes what nothing stands for.',
      },
      findings,
    );
  }
}
