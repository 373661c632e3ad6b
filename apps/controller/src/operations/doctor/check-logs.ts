import { Injectable } from '@nestjs/common';
import type { DoctorCheck } from '@ironwheel/contracts';
import { unpackBlock } from '../../work/logs/index.ts';
import { Findings, toFoundCheck } from './check.ts';
import { DoctorRepository } from './doctor.repository.ts';

const most = 1000;
/** Without `deep` this many blocks are tried, the newest. */
const triedBlocks = 256;

/** Every log is there, whole, and readable. */
@Injectable()
export class CheckLogs {
  constructor(private readonly rows: DoctorRepository) {}

  async run(deep: boolean): Promise<DoctorCheck> {
    const findings = new Findings();
    for (const { attempt_id: id, bytes, found } of await this.rows.listTornLogs(most))
      findings.add(`${id}: ${found} of ${bytes} bytes are kept`);
    for (const { attempt_id: id, bytes } of await this.rows.listLostLogs(most))
      findings.add(`${id}: nothing of ${bytes} bytes is kept`);
    let tried = 0;
    for await (const { attempt_id: id, block, bytes, data } of this.rows.listBlocks(
      deep ? Infinity : triedBlocks,
    )) {
      tried += 1;
      const length = await unpackBlock(data).then(
        (text) => text.length,
        () => null,
      );
      if (length !== bytes)
        findings.add(
          `${id}: block ${block} ${length === null ? 'cannot be read' : `has ${length} bytes instead of ${bytes}`}`,
        );
    }
    return toFoundCheck(
      {
        check: 'logs',
        measured: `${findings.count} faults; ${tried} blocks were read${deep ? '' : ', the newest'}`,
        needed: 'each sealed log whole and readable',
        mend: 'Restore the database from a backup; a log cannot be made again but by another attempt.',
      },
      findings,
    );
  }
}
