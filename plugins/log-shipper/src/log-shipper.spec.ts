import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlugin, type LogSink, type LogTransport, type PluginLogger } from '@ironwheel/plugin-kit';
import { logSinkSuite, RecordingTransport } from '@ironwheel/plugin-kit/suites';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const quiet: PluginLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const openShipper = async (
  workDirectory: string,
  transport: LogTransport,
  more: Record<string, unknown> = {},
): Promise<LogSink> => {
  const { instance } = await loadPlugin<LogSink>({
    id: 'log-shipper',
    kind: 'log-sink',
    load: () => import('./index.ts'),
    config: { transport, gatherMs: 1, retryMinMs: 1, retryMaxMs: 5, ...more },
    context: {
      logger: quiet,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory,
      signal: new AbortController().signal,
    },
  });
  return instance;
};

const createDirectory = (): string => mkdtempSync(join(tmpdir(), 'ironwheel-spool-'));

logSinkSuite('log-shipper', () => {
  const directory = createDirectory();
  return Promise.resolve({
    open: (transport, spoolMaxBytes) => openShipper(directory, transport, { spoolMaxBytes }),
    close: () => {
      rmSync(directory, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
});

describe('log-shipper', () => {
  let directory: string;
  let transport: RecordingTransport;
  const never = new AbortController().signal;

  beforeEach(() => {
    directory = createDirectory();
    transport = new RecordingTransport();
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('keeps whole logs in files, the newest ones only', async () => {
    const keepDirectory = join(directory, 'kept');
    const sink = await openShipper(directory, transport, { keepDirectory, keepFiles: 2 });
    for (const name of ['one', 'two', 'three']) {
      const log = await sink.open({ attemptId: `att_${name}`, maxBytes: 100_000, secrets: ['hidden-word'] });
      log.write(`${name} hidden-word\n`);
      await log.end();
      await log.drained(never);
    }
    await sink.close();
    const kept = readdirSync(keepDirectory).sort();
    expect(kept).toHaveLength(2);
    expect(kept).toContain('att_three.log');
    expect(readFileSync(join(keepDirectory, 'att_three.log'), 'utf8')).toBe('three ***\n');
  });

  it('removes what the controller has from the spool while the log goes on', async () => {
    const sink = await openShipper(directory, transport);
    const log = await sink.open({ attemptId: 'att_long', maxBytes: 64 * 1024 * 1024, secrets: [] });
    const piece = `${'q'.repeat(99_999)}\n`;
    for (let index = 0; index < 60; index += 1) log.write(piece);
    await log.end();
    await log.drained(never);
    expect(transport.textOf('att_long')).toBe(piece.repeat(60));
    expect(readdirSync(join(directory, 'spool'))).toEqual([]);
    expect((await sink.probe()).facts).toMatchObject({ spool_bytes: 0, open_logs: 0, dropped_bytes: 0 });
    await sink.close();
  });

  it('goes on with a log whose note was torn by a crash', async () => {
    transport.before = () => {
      throw new Error('the link is down');
    };
    const first = await openShipper(directory, transport);
    const log = await first.open({ attemptId: 'att_torn', maxBytes: 100_000, secrets: [] });
    log.write('before\n');
    await first.close();
    writeFileSync(join(directory, 'spool', 'att_torn', 'state.json'), '{"version":1,"max_');
    transport.before = () => undefined;
    const second = await openShipper(directory, transport);
    const again = await second.open({ attemptId: 'att_torn', maxBytes: 100_000, secrets: [] });
    await again.end();
    await again.drained(never);
    expect(transport.textOf('att_torn')).toBe('before\n');
    await second.close();
  });

  it('refuses an attempt id that is a path', async () => {
    const sink = await openShipper(directory, transport);
    await expect(
      (async () => sink.open({ attemptId: '../outside', maxBytes: 1000, secrets: [] }))(),
    ).rejects.toThrow(/attempt id/);
    await sink.close();
  });

  it('refuses a configuration without a transport', async () => {
    await expect(openShipper(directory, {} as LogTransport)).rejects.toMatchObject({
      code: 'PLUGIN_CONFIG_INVALID',
    });
  });
});
