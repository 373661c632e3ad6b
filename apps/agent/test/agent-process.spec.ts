import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentProcess } from './agent-process.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ironwheel-agent-process-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('has ended also when its last line was cut off', async () => {
  const entry = join(directory, 'main.mjs');
  writeFileSync(entry, `process.stdout.write('{"msg":"whole"}\\n{"msg":"ha');`);
  const child = new AgentProcess(entry, [], {});
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual([{ msg: 'whole' }]);
});
