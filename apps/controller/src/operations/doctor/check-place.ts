import { X509Certificate } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { DoctorCheck } from '@ironwheel/contracts';
import { Clock, DataDirectory, httpSection, MisplacedTokens } from '../../platform/index.ts';
import { ArtifactBytes } from '../../work/artifacts/index.ts';
import { QueueGateway } from '../../work/queue/index.ts';
import { Findings, mebibytes, toCheck, toFoundCheck } from './check.ts';
import { DoctorRepository } from './doctor.repository.ts';

const dayMs = 86_400_000;
const leastFreeBytes = 512 * 1024 ** 2;
const leastCertificateDays = 14;
const longestTransactionS = 600;
/** A job on its way between queue and claim is counted in one of them only. */
const lookAgainMs = 1000;
const neededSettings: Readonly<Record<string, string>> = { fsync: 'on', full_page_writes: 'on' };

/** What the controller stands on: queue, database, disk, certificate, and who asks. */
@Injectable()
export class CheckPlace {
  constructor(
    private readonly rows: DoctorRepository,
    private readonly queue: QueueGateway,
    private readonly bytes: ArtifactBytes,
    private readonly dataDirectory: DataDirectory,
    private readonly misplaced: MisplacedTokens,
    private readonly clock: Clock,
    private readonly config: LoadedConfig,
  ) {}

  async run(): Promise<DoctorCheck[]> {
    return [
      await this.#queue(),
      await this.#settings(),
      await this.#transactions(),
      await this.#disk(),
      await this.#store(),
      ...(await this.#certificate()),
      await this.#tokens(),
    ];
  }

  async #queue(): Promise<DoctorCheck> {
    const count = async () => ({
      offered: (await this.queue.stats()).length,
      queued: await this.rows.countByState('queued'),
    });
    let found = await count();
    if (found.offered !== found.queued) {
      await setTimeout(lookAgainMs);
      found = await count();
    }
    return toCheck(
      {
        check: 'queue',
        measured: `${found.offered} offered by ${this.queue.backendId}, ${found.queued} jobs queued`,
        needed: 'as many of one as of the other',
        mend: 'The controller puts the queue right from the jobs by itself; when it does not, see its log.',
      },
      found.offered === found.queued,
    );
  }

  async #settings(): Promise<DoctorCheck> {
    const settings = await this.rows.listSettings([...Object.keys(neededSettings), 'synchronous_commit']);
    const findings = new Findings();
    for (const { name, setting } of settings) {
      const needed = neededSettings[name];
      if (needed !== undefined && setting !== needed)
        findings.add(`${name} is ${setting}; needed: ${needed}`);
      if (name === 'synchronous_commit' && setting === 'off')
        findings.add('synchronous_commit is off; needed: on');
    }
    return toFoundCheck(
      {
        check: 'database settings',
        measured: settings.map(({ name, setting }) => `${name}=${setting}`).join(', '),
        needed: 'fsync, full_page_writes and synchronous_commit on: what was answered must outlive a crash',
        mend: 'Set them in the configuration of Postgres, and reload it.',
      },
      findings,
    );
  }

  async #transactions(): Promise<DoctorCheck> {
    const seconds = await this.rows.oldestTransactionS();
    return toCheck(
      {
        check: 'oldest transaction',
        measured: `${Math.round(seconds)} s`,
        needed: `${longestTransactionS} s at most: a longer one keeps the tables from being cleaned`,
        mend: 'See pg_stat_activity for whose it is, and end it.',
      },
      seconds <= longestTransactionS,
    );
  }

  async #disk(): Promise<DoctorCheck> {
    const { bavail, bsize, ffree } = await statfs(this.dataDirectory.path);
    const free = bavail * bsize;
    return toCheck(
      {
        check: 'disk',
        measured: `${mebibytes(free)} and ${ffree} files free at ${this.dataDirectory.path}`,
        needed: mebibytes(leastFreeBytes),
        mend: 'Run `ironwheel retention`, lower its bounds, or put a larger disk there.',
      },
      free >= leastFreeBytes,
    );
  }

  async #store(): Promise<DoctorCheck> {
    const { ok, problems, facts } = await this.bytes.probe();
    return toCheck(
      {
        check: 'artifact store',
        measured:
          problems.map(({ text }) => text).join(' ') ||
          Object.entries(facts)
            .map(([name, value]) => `${name}=${String(value)}`)
            .join(', '),
        needed: 'it takes files',
        mend: 'Free some space or lower ARTIFACT_STORE_RESERVE_BYTES; see that its directory belongs to the controller.',
      },
      ok,
    );
  }

  async #certificate(): Promise<DoctorCheck[]> {
    const { TLS_CERT_FILE: file } = this.config.get(httpSection);
    if (file === undefined) return [];
    const facts = {
      check: 'certificate',
      needed: `${leastCertificateDays} days or more`,
      mend: 'Renew it and write TLS_CERT_FILE and TLS_KEY_FILE anew; both are read again by themselves.',
    };
    try {
      const { validTo } = new X509Certificate(await readFile(file));
      const days = (Date.parse(validTo) - this.clock.now().getTime()) / dayMs;
      return [
        toCheck(
          { ...facts, measured: `valid for ${Math.floor(days)} days, until ${validTo}` },
          days >= leastCertificateDays,
        ),
      ];
    } catch {
      return [toCheck({ ...facts, measured: `${file} cannot be read` }, false)];
    }
  }

  async #tokens(): Promise<DoctorCheck> {
    const findings = new Findings();
    for (const { name, role, remote_addr: address, path, last_at: at } of await this.misplaced.list(
      dayMs / 1000,
    ))
      findings.add(`${name} (role ${role}) from ${address} at ${path}, last ${at.toISOString()}`);
    return toFoundCheck(
      {
        check: 'tokens of workers',
        measured: `${findings.count} tokens of people were used as a worker's within a day`,
        needed: "none: a worker has a key of its own, or a token of role 'worker'",
        mend: 'Unset CONTROL_PLANE_TOKEN there and enrol the worker, or make it a token: `ironwheel token create --role worker`.',
      },
      findings,
    );
  }
}
