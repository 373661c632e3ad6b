import { createSampleWheel, type SampleWheel, type TestWorker } from '@ironwheel/testing';
import { WrittenLog } from './log-rows.ts';
import type { Room } from './room.ts';

export const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };

export interface Builds {
  readonly worker: TestWorker;
  readonly six: SampleWheel;
  /** Attempt and job of lxml 5.3.0, which failed. */
  readonly failed: { readonly attemptId: string; readonly jobId: string };
}

const missingHeader = `--- build: lxml 5.3.0 for cp312 manylinux_2_28_s390x
building 'lxml.etree' extension
src/lxml/etree.c:96:10: fatal error: libxml/xmlversion.h: No such file or directory
compilation terminated.
error: command '/usr/bin/gcc' failed with exit code 1
`;

/** A wheel that is served, builds that failed, and jobs that wait. */
export async function addBuilds(room: Room): Promise<Builds> {
  const worker = await room.workers.add('anvil');
  const six = createSampleWheel({ name: 'six', version: '1.16.0', requiresPython: '>=3.8' });
  await worker.publish(six, 'six', '1.16.0', target);
  const claim = await worker.claim('lxml', '5.3.0', target);
  await new WrittenLog(room.controller, claim).write(missingHeader, true);
  await worker.report(claim, []);
  for (const name of ['cffi', 'pyyaml']) await worker.report(await worker.claim(name, '1.17.1', target), []);
  await worker.report(await worker.claim('six', '1.17.0', target), []);
  await room.api('POST', '/queue/enqueue', { package: 'numpy', version: '2.1.0', ...target });
  return { worker, six, failed: { attemptId: claim.attempt_id, jobId: claim.job.job_id } };
}
