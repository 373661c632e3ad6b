import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxDriverLineBytes, type DriverEvent } from '@ironwheel/plugin-kit';
import { AttemptNotes } from './attempt-notes.ts';
import { measureDirectory } from './disk-usage.ts';
import { EventFollower } from './follow-events.ts';
import { checkArtifacts } from './kept-artifacts.ts';

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'ironwheel-work-'));
  mkdirSync(join(work, 'out'));
  mkdirSync(join(work, 'dist'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const output = (text: string): string =>
  `${JSON.stringify({ type: 'output', at: 1, stream: 'stdout', text })}\n`;

describe('following the events of a step', () => {
  const follow = (maxBytes = 64 * 1024 * 1024) => {
    const events: DriverEvent[] = [];
    const seen = { ignored: 0, bytes: 0 };
    const follower = new EventFollower({
      workDirectory: work,
      step: 'build',
      maxBytes,
      onEvent: (event) => events.push(event),
      onIgnored: () => (seen.ignored += 1),
      onProgress: (bytes) => (seen.bytes += bytes),
    });
    return { follower, events, seen };
  };
  const file = (): string => join(work, 'out', 'build.jsonl');

  it('reads all that was written before the end, also a last line without its newline', async () => {
    const { follower, events } = follow();
    writeFileSync(file(), output('one') + output('two'));
    appendFileSync(file(), output('three').trimEnd());
    await follower.finish();
    expect(events.map((event) => (event.type === 'output' ? event.text : event.type))).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  it('counts lines that are no events and goes on behind them', async () => {
    const endless = 'x'.repeat(maxDriverLineBytes + 300_000);
    writeFileSync(file(), `no json\n{"type":"order-pizza"}\n${endless}\n${output('still here')}`);
    const { follower, events, seen } = follow();
    await follower.finish();
    expect(events).toHaveLength(1);
    expect(seen.ignored).toBe(3);
  });

  it('reads no more than the bound', async () => {
    writeFileSync(file(), output('y'.repeat(1000)).repeat(1000));
    const { follower, events, seen } = follow(10_000);
    await follower.finish();
    expect(seen.bytes).toBe(10_000);
    expect(events.length).toBeLessThan(10);
  });

  it('does not follow a link that the build put in the place of the file', async () => {
    symlinkSync('/etc/passwd', file());
    const { follower, events } = follow();
    await expect(follower.finish()).rejects.toMatchObject({ code: 'DRIVER_FILE_UNSAFE' });
    expect(events).toEqual([]);
  });

  it('does not wait on a pipe that the build put in the place of the file', async () => {
    execFileSync('mkfifo', [file()]);
    await expect(follow().follower.finish()).rejects.toMatchObject({ code: 'DRIVER_FILE_UNSAFE' });
  });

  it('is done when there never was a file', async () => {
    const { follower, events } = follow();
    await follower.finish();
    expect(events).toEqual([]);
  });
});

describe('looking at the wheels of a build', () => {
  const bytes = Buffer.from('a wheel');
  const filename = 'sample-1.0-py3-none-any.whl';
  const artifact = {
    filename,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    path: `dist/${filename}`,
  };

  it('takes a wheel that is what was announced, and measures it', async () => {
    writeFileSync(join(work, artifact.path), bytes);
    expect(await checkArtifacts(work, [{ ...artifact, size: 1 }])).toEqual({
      kind: 'ok',
      artifacts: [artifact],
    });
  });

  it('finds the wheel of a command that announces nothing', async () => {
    writeFileSync(join(work, artifact.path), bytes);
    expect(await checkArtifacts(work, [])).toEqual({ kind: 'ok', artifacts: [artifact] });
  });

  it.each([
    [
      'a link to a file of the host',
      () => symlinkSync('/etc/passwd', join(work, artifact.path)),
      artifact.path,
    ],
    ['a path out of the directory', () => undefined, '../../etc/passwd'],
    ['an absolute path', () => undefined, '/etc/passwd'],
  ])('refuses %s', async (_name, make, path) => {
    make();
    expect(await checkArtifacts(work, [{ ...artifact, path }])).toMatchObject({
      kind: 'bad',
      code: 'WHEEL_UNSAFE_PATH',
    });
  });

  it('refuses a directory that is a link', async () => {
    rmSync(join(work, 'dist'), { recursive: true });
    symlinkSync('/etc', join(work, 'dist'));
    const announced = [{ ...artifact, path: 'dist/passwd' }];
    expect(await checkArtifacts(work, announced)).toMatchObject({ kind: 'bad', code: 'WHEEL_UNSAFE_PATH' });
  });

  it('refuses other bytes than announced, a missing wheel, and no wheel at all', async () => {
    expect(await checkArtifacts(work, [artifact])).toMatchObject({ kind: 'bad', code: 'WHEEL_MISSING' });
    expect(await checkArtifacts(work, [])).toMatchObject({ kind: 'bad', code: 'WHEEL_MISSING' });
    writeFileSync(join(work, artifact.path), 'other bytes');
    expect(await checkArtifacts(work, [artifact])).toMatchObject({ kind: 'bad', code: 'WHEEL_INVALID' });
  });
});

describe('the notes of an attempt', () => {
  const take = (notes: AttemptNotes, event: Record<string, unknown>): void =>
    notes.take({ at: 1, ...event } as DriverEvent);

  it('stay small whatever a build tells', () => {
    const notes = new AttemptNotes((text) => text);
    for (let index = 0; index < 1000; index += 1) {
      take(notes, { type: 'fact', name: `fact-${index}`, value: 'v'.repeat(1000) });
      take(notes, { type: 'output', stream: 'stdout', text: 'endless '.repeat(1000) });
      take(notes, {
        type: 'artifact',
        filename: `${index}.whl`,
        sha256: '0'.repeat(64),
        size: 1,
        path: 'dist/x',
      });
    }
    take(notes, { type: 'fact', name: 'fact-1', value: 'v'.repeat(100_000) });
    expect(Object.keys(notes.environment)).toHaveLength(200);
    expect(notes.artifacts).toHaveLength(10);
    expect(JSON.stringify(notes.lastLines).length).toBeLessThan(10_000);
  });

  it('hide secrets in facts, errors and lines', () => {
    const notes = new AttemptNotes((text) => text.replaceAll('hidden', '***'));
    take(notes, { type: 'fact', name: 'x', value: { deep: ['hidden'], hidden: 1 } });
    take(notes, { type: 'output', stream: 'stdout', text: 'a hidden word\nand ' });
    take(notes, { type: 'error', code: 'X_Y', message: 'hidden', lines: [{ line_no: 3, text: 'hidden' }] });
    const told = JSON.stringify([notes.environment, notes.lastLines, notes.error]);
    expect(told).not.toContain('hidden');
    expect(notes.lastLines).toEqual([
      { line_no: 1, text: 'a *** word' },
      { line_no: 2, text: 'and ' },
    ]);
  });
});

describe('measuring a work directory', () => {
  it('counts what is in it, does not follow links, and stops at the bound', async () => {
    writeFileSync(join(work, 'out', 'a'), Buffer.alloc(200_000, 1));
    mkdirSync(join(work, 'deep', 'er'), { recursive: true });
    writeFileSync(join(work, 'deep', 'er', 'b'), Buffer.alloc(100_000, 1));
    symlinkSync('/usr', join(work, 'link'));
    const bytes = await measureDirectory(work, 1e9);
    expect(bytes).toBeGreaterThanOrEqual(300_000);
    expect(bytes).toBeLessThan(1_000_000);
    expect(await measureDirectory(work, 1000)).toBeGreaterThan(1000);
    expect(await measureDirectory(join(work, 'gone'), 1000)).toBe(0);
  });
});
