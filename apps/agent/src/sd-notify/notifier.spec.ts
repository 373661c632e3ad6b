import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ironwheel/config';
import { createLogger } from '@ironwheel/logging';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agentSection } from '../config/agent-config.ts';
import { createNotifier } from './notifier.ts';

describe('what systemd is told', () => {
  let directory: string;
  let fd: number;
  const told = () => readFileSync(join(directory, 'told'), 'utf8');
  const configOf = (env: Record<string, string>) => loadConfig([agentSection], env).get(agentSection);
  const lines: string[] = [];
  const logger = createLogger({
    service: 'test',
    level: 'warn',
    pretty: false,
    write: (line) => void lines.push(line),
  });
  beforeEach(() => {
    lines.length = 0;
    directory = mkdtempSync(join(tmpdir(), 'iw-notify-'));
    fd = openSync(join(directory, 'told'), 'a');
  });
  afterEach(() => {
    vi.useRealTimers();
    closeSync(fd);
    rmSync(directory, { recursive: true });
  });

  it('goes through the inherited descriptor, and the watchdog is pinged three times in its period', () => {
    vi.useFakeTimers();
    const notifier = createNotifier(
      configOf({ IRONWHEEL_NOTIFY_FD: String(fd), WATCHDOG_USEC: '15000000' }),
      logger,
    );
    notifier.ready('up\nREADY=0');
    expect(told()).toBe('READY=1\nSTATUS=up READY=0');
    vi.advanceTimersByTime(15_000);
    expect(told().match(/WATCHDOG=1/g)).toHaveLength(3);
    notifier.stopping();
    notifier.close();
    vi.advanceTimersByTime(60_000);
    expect(told().match(/WATCHDOG=1/g)).toHaveLength(3);
    expect(told().endsWith('STOPPING=1')).toBe(true);
  });

  it('a descriptor that is none is told once and stops nothing', () => {
    const notifier = createNotifier(configOf({ IRONWHEEL_NOTIFY_FD: '999' }), logger);
    notifier.ready('up');
    notifier.stopping();
    expect(lines).toHaveLength(1);
  });

  it('without systemd nobody is told', () => {
    createNotifier(configOf({}), logger).ready('up');
    expect(told()).toBe('');
    expect(lines).toEqual([]);
  });
});
