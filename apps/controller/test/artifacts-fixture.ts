import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  callController,
  startController,
  TestWorker,
  type TestAnswer,
  type TestController,
} from '@ironwheel/testing';

export const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };

/** A controller with one worker whose wheels it takes. */
export class ArtifactsFixture {
  private constructor(
    readonly controller: TestController,
    readonly worker: TestWorker,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<ArtifactsFixture> {
    const controller = await startController({ env: { ARTIFACT_STORE_RESERVE_BYTES: '0', ...env } });
    return new ArtifactsFixture(controller, await TestWorker.enroll(controller));
  }

  operate(method: string, path: string, body?: unknown): Promise<TestAnswer> {
    return callController(this.controller, method, path, this.controller.adminToken, body);
  }

  async countRows(): Promise<number> {
    const [row] = await this.controller.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM artifacts',
    );
    return row?.count ?? 0;
  }

  /** Files of uploads that are under way. */
  countTemporary(): number {
    const directory = join(this.controller.dataDirectory, 'artifacts', 'tmp');
    return existsSync(directory) ? readdirSync(directory).length : 0;
  }
}
