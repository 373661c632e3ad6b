/* Takes from a journal and acknowledges, until it is killed. Environment: JOURNAL. */
import { setTimeout as pause } from 'node:timers/promises';
import { plugin } from '@ironwheel/plugin-queue-file';
import { processEnvironment } from '@ironwheel/config';

const tell = (fields: unknown): void => void process.stderr.write(`${JSON.stringify(fields)}\n`);
const backend = await plugin.open({
  config: { path: processEnvironment()['JOURNAL'] },
  logger: { debug: tell, info: tell, warn: tell, error: tell },
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  workDirectory: '/nonexistent',
  signal: new AbortController().signal,
});
const lane = { pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' };

for (;;) {
  const taken = await backend.take([lane], 5, 1000);
  if (taken.length === 0) await pause(20);
  await backend.acknowledge(taken);
}
