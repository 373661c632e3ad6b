import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogRefusedError, type LogSink } from '../log-sink.ts';
import { RecordingTransport } from './log-sink-transport.ts';

export interface LogSinkHarness {
  /**
   * Opens a sink on the harness's one work directory, so that a second one finds what the first left. Retries are to
   * come within milliseconds; the spool holds `spoolMaxBytes`, at least 64 KiB.
   */
  open(transport: RecordingTransport, spoolMaxBytes: number): Promise<LogSink>;
  close(): Promise<void>;
}

const attemptId = 'att_00000000-0000-7000-8000-000000000001';
const roomy = 16 * 1024 * 1024;
const never = new AbortController().signal;
const isDown = (): never => {
  throw new Error('the link is down');
};

/** What every log sink must do. Call it in a spec of the plugin. */
export function logSinkSuite(name: string, createHarness: () => Promise<LogSinkHarness>): void {
  describe(`log sink ${name}`, () => {
    let harness: LogSinkHarness;
    let transport: RecordingTransport;
    let sink: LogSink;
    const open = (more: { readonly maxBytes?: number; readonly secrets?: readonly string[] } = {}) =>
      sink.open({ attemptId, maxBytes: roomy, secrets: [], ...more });

    beforeEach(async () => {
      harness = await createHarness();
      transport = new RecordingTransport();
      sink = await harness.open(transport, roomy);
    });
    afterEach(async () => {
      await sink.close();
      await harness.close();
    });

    it('sends everything that was written, in order, and says where it ends', async () => {
      const log = await open();
      const text = Array.from({ length: 5000 }, (_, index) => `line ${index}: äöü €\n`).join('');
      for (const line of text.split(/(?<=\n)/)) log.write(line);
      await log.end();
      await log.drained(never);
      expect(transport.textOf(attemptId)).toBe(text);
      expect(transport.finals.get(attemptId)).toEqual({ droppedBytes: 0 });
      expect(log.totals).toEqual({ bytes: Buffer.byteLength(text), truncated: false, droppedBytes: 0 });
    });

    it('says the end of a log in which nothing was written', async () => {
      const log = await open();
      await log.end();
      await log.drained(never);
      expect(transport.finals.has(attemptId)).toBe(true);
      expect(log.totals.bytes).toBe(0);
    });

    it('never cuts a character in two, and takes texts that are no proper Unicode', async () => {
      const log = await open();
      const wide = '😀'.repeat(100_000);
      log.write(wide);
      log.write('\ud800 and \u0000');
      await log.end();
      await log.drained(never);
      expect(transport.textOf(attemptId).startsWith(wide)).toBe(true);
      expect(transport.textOf(attemptId).isWellFormed()).toBe(true);
      expect(transport.textOf(attemptId)).not.toContain('\u0000');
    });

    it('does not wait for the network: text is taken while the link is down and sent when it is back', async () => {
      transport.before = isDown;
      const log = await open();
      log.write('written while the link is down\n');
      await log.end();
      expect(transport.textOf(attemptId)).toBe('');
      transport.before = () => undefined;
      await log.drained(never);
      expect(transport.textOf(attemptId)).toBe('written while the link is down\n');
    });

    it('loses and doubles nothing when answers are lost', async () => {
      let lost = 0;
      transport.after = () => {
        lost += 1;
        if (lost % 2 === 1) throw new Error('the answer was lost');
      };
      const log = await open();
      const text = 'x'.repeat(300_000) + '\nthe end\n';
      log.write(text);
      await log.end();
      await log.drained(never);
      expect(transport.textOf(attemptId)).toBe(text);
    });

    it('hides secrets, also across the borders of writes and in other encodings', async () => {
      const secret = 'very/secret value+1';
      const encoded = Buffer.from(`u:${secret}`).toString('base64');
      const log = await open({ secrets: [secret] });
      log.write(`a ${secret.slice(0, 7)}`);
      log.write(`${secret.slice(7)} b ${encoded.slice(0, 9)}`);
      log.write(`${encoded.slice(9)} c ${encodeURIComponent(secret)}`);
      await log.end();
      await log.drained(never);
      const text = transport.textOf(attemptId);
      expect(text).toMatch(/^a \*\*\* b .*\*\*\* c \*\*\*$/);
      expect(text).not.toContain(encoded.slice(8, 20));
    });

    it('keeps a log within its limit: the beginning, a mark with the number left out, the end', async () => {
      const log = await open({ maxBytes: 64 * 1024 });
      log.write('the beginning\n');
      for (let index = 0; index < 100; index += 1) log.write(`${'y'.repeat(9_999)}\n`);
      log.write('the end\n');
      await log.end();
      await log.drained(never);
      const text = transport.textOf(attemptId);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(64 * 1024);
      expect(text.startsWith('the beginning\n')).toBe(true);
      expect(text.endsWith('the end\n')).toBe(true);
      const mark = /\[ironwheel: (\d+) bytes/.exec(text);
      const { totals } = log;
      expect(totals).toMatchObject({ truncated: true, bytes: Buffer.byteLength(text) });
      expect(Number(mark?.[1])).toBe(totals.droppedBytes);
      expect(transport.finals.get(attemptId)).toEqual({ droppedBytes: totals.droppedBytes });
      // What was written is what is there and what is missing, apart from the mark's own line.
      const markBytes =
        Buffer.byteLength(text) - Buffer.byteLength(text.replace(/\n\[ironwheel: [^\]]*\]\n/, ''));
      expect(totals.bytes - markBytes + totals.droppedBytes).toBe(14 + 100 * 10_000 + 8);
    });

    it('keeps the spool within its limit while the link is down, and marks what is missing', async () => {
      await sink.close();
      sink = await harness.open(transport, 128 * 1024);
      transport.before = isDown;
      const log = await open();
      for (let index = 0; index < 100; index += 1) log.write(`${'z'.repeat(9_999)}\n`);
      expect(log.totals.bytes).toBeLessThanOrEqual(128 * 1024);
      expect(log.totals.droppedBytes).toBeGreaterThan(800_000);
      transport.before = () => undefined;
      await log.end();
      await log.drained(never);
      const text = transport.textOf(attemptId);
      expect(text).toMatch(/\[ironwheel: \d+ bytes of output were left out here: the log spool was full\]/);
      expect(log.totals.truncated).toBe(true);
    });

    it('takes up the log of an earlier life and goes on where the controller is', async () => {
      const log = await open();
      log.write('said before the crash\n');
      transport.before = isDown;
      log.write('kept in the spool\n');
      await sink.close();

      transport.before = () => undefined;
      sink = await harness.open(transport, roomy);
      expect(await sink.recover()).toEqual([attemptId]);
      const again = await open();
      again.write('said after it\n');
      await again.end();
      await again.drained(never);
      expect(transport.textOf(attemptId)).toBe('said before the crash\nkept in the spool\nsaid after it\n');
      expect(again.totals.bytes).toBe(Buffer.byteLength(transport.textOf(attemptId)));
    });

    it('leaves nothing in the spool of a log that was sent', async () => {
      const log = await open();
      log.write('all of it\n');
      await log.end();
      await log.drained(never);
      await sink.close();
      sink = await harness.open(transport, roomy);
      expect(await sink.recover()).toEqual([]);
    });

    it('is done with a log that the controller has closed or refuses', async () => {
      transport.closedLogs.add(attemptId);
      const closed = await open();
      closed.write('too late\n');
      await closed.drained(never);
      closed.write('later still\n');
      await closed.end();

      transport.before = () => {
        throw new LogRefusedError('ATTEMPT_NOT_FOUND', 'there is no such attempt');
      };
      const refused = await sink.open({ attemptId: 'att_refused', maxBytes: roomy, secrets: [] });
      refused.write('for nobody\n');
      await refused.drained(never);
      const { calls } = transport;
      expect(calls.filter((call) => call.attemptId === 'att_refused')).toHaveLength(1);
    });

    it('stops waiting for a log when it is told to', async () => {
      transport.before = isDown;
      const log = await open();
      log.write('waits\n');
      await log.end();
      const abort = new AbortController();
      const waiting = log.drained(abort.signal);
      abort.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
    });

    it('probes well', async () => {
      expect(await sink.probe()).toMatchObject({ ok: true, problems: [] });
    });
  });
}
