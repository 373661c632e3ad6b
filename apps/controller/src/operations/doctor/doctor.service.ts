import { Injectable } from '@nestjs/common';
import type { DoctorView } from '@ironwheel/contracts';
import { AppError } from '../../platform/index.ts';
import { CheckFiles } from './check-files.ts';
import { CheckLogs } from './check-logs.ts';
import { CheckPlace } from './check-place.ts';

/** Looks whether what the controller keeps agrees with itself; changes nothing. */
@Injectable()
export class DoctorService {
  #isRunning = false;

  constructor(
    private readonly files: CheckFiles,
    private readonly logs: CheckLogs,
    private readonly place: CheckPlace,
  ) {}

  /** One at a time, since it reads everything. Throws RATE_LIMITED. */
  async run(deep: boolean): Promise<DoctorView> {
    if (this.#isRunning)
      throw new AppError('RATE_LIMITED', 'The doctor is at work already; come again.', { retryAfterS: 10 });
    this.#isRunning = true;
    try {
      const checks = [
        ...(await this.files.run(deep)),
        await this.logs.run(deep),
        ...(await this.place.run()),
      ];
      return { ok: checks.every(({ ok }) => ok), deep, checks };
    } finally {
      this.#isRunning = false;
    }
  }
}
