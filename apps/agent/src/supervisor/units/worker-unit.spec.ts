import { describe, expect, it } from 'vitest';
import { parseShow, type ShownUnit } from './parse-show.ts';
import { judge } from './worker-unit.ts';

const unit = (active: string, sub: string, more = ''): ShownUnit =>
  parseShow(`LoadState=loaded\nActiveState=${active}\nSubState=${sub}\n${more}`);
const running = unit('active', 'running', 'MainPID=1\nInvocationID=a\n');
const stopped = unit('inactive', 'dead', 'Result=success\n');

describe('whether a unit has come to rest', () => {
  it('not while systemd still has a job for it', () => {
    expect(judge('start', stopped, unit('inactive', 'dead', 'Job=5\n'))).toBeNull();
    expect(judge('stop', running, unit('active', 'running', 'Job=5\n'))).toBeNull();
    expect(judge('stop', running, unit('deactivating', 'stop-sigterm'))).toBeNull();
    expect(judge('start', stopped, unit('activating', 'auto-restart'))).toBeNull();
  });

  it('a restart has come to rest with a new run of the unit only', () => {
    expect(judge('restart', running, running)).toBeNull();
    expect(judge('restart', running, unit('active', 'running', 'MainPID=2\nInvocationID=b\n'))).toMatchObject(
      {
        ok: true,
        detail: 'The worker is running (active/running, process 2).',
      },
    );
    expect(judge('restart', stopped, running)).toMatchObject({ ok: true });
  });

  it('says why a start failed, and of a unit that is not there that it is not', () => {
    expect(judge('start', stopped, unit('failed', 'failed', 'Result=oom-kill\n'))).toEqual({
      ok: false,
      detail: 'The worker is stopped (failed/failed): oom-kill.',
    });
    const missing = parseShow('LoadState=not-found\nActiveState=inactive\nSubState=dead\n');
    expect(judge('stop', missing, missing)).toMatchObject({ ok: false });
  });

  it('a stop is done however the process ended', () => {
    expect(judge('stop', running, stopped)).toMatchObject({ ok: true });
    expect(judge('stop', running, unit('failed', 'failed', 'Result=timeout\n'))).toMatchObject({ ok: true });
  });
});
