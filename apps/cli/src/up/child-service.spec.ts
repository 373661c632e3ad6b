import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChildService } from './child-service.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'iw-child-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function start(source: string, finalCodes: number[], onLine: (line: string) => void = () => undefined) {
  const script = join(directory, 'child.mjs');
  await writeFile(script, source);
  const restarts: string[] = [];
  const service = new ChildService({
    name: 'child',
    nodeArguments: [script],
    env: {},
    isFinal: (code) => finalCodes.includes(code),
    onLine,
    onRestart: (description) => restarts.push(description),
  });
  return { service, restarts };
}

it('does not start again after a code that says it would be no use', async () => {
  const { service, restarts } = await start('process.exit(2)', [2]);
  await expect(service.ended).resolves.toBe('child ended with exit code 2');
  expect(restarts).toEqual([]);
});

it('starts again after a crash, and says so', async () => {
  const lines: string[] = [];
  const { service, restarts } = await start(
    `import { existsSync, writeFileSync } from 'node:fs';
     if (existsSync('${directory}/second')) process.exit(2);
     writeFileSync('${directory}/second', '');
     console.log('first life');
     process.kill(process.pid, 'SIGKILL');`,
    [2],
    (line) => lines.push(line),
  );
  await expect(service.ended).resolves.toBe('child ended with exit code 2');
  expect(restarts).toEqual(['child ended by SIGKILL']);
  expect(lines).toEqual(['first life']);
});

it('stops gracefully, and ends a child that will not', async () => {
  const started = Promise.withResolvers<boolean>();
  const { service } = await start(
    `process.on('SIGTERM', () => console.log('asked to stop')); setInterval(() => undefined, 1000); console.log('ready');`,
    [],
    (line) => line === 'ready' && started.resolve(true),
  );
  await started.promise;
  const { pid } = service;
  await service.stop(50);
  await expect(service.ended).resolves.toBeNull();
  expect(() => process.kill(pid!, 0)).toThrow(/ESRCH/);
});
