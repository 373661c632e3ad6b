import { describe, expect, it, vi } from 'vitest';
import type { FeedEntry } from './feed.repository.ts';
import { findPosition, isBehind, writePosition } from './feed-position.ts';
import { LiveClient } from './live-client.ts';

const start = { xid: 1, eventId: '~', atMs: 1_700_000_000_000 };
const entry = (xid: number, eventId: string): FeedEntry => ({
  position: { xid, eventId, atMs: start.atMs },
  event: { event_id: eventId } as FeedEntry['event'],
});
const newClient = (): LiveClient => new LiveClient(start, undefined);
const readAll = async (client: LiveClient): Promise<string> => {
  let text = '';
  for await (const piece of client.read()) text += piece;
  return text;
};
const idsIn = (text: string): string[] =>
  [...text.matchAll(/"event_id":"(\w+)"/g)].map((match) => match[1] ?? '');

describe('a reader of the stream', () => {
  it('gets each event once, also when it is handed over twice', async () => {
    const client = newClient();
    client.pushHistory([entry(2, 'a'), entry(2, 'b')]);
    client.pushHistory([entry(2, 'a'), entry(2, 'b'), entry(3, 'a')]);
    client.end();
    expect(idsIn(await readAll(client))).toEqual(['a', 'b', 'a']);
  });

  it('gets what happens while it catches up behind what it missed', async () => {
    const client = newClient();
    client.holdBack();
    client.pushHistory([entry(5, 'e'), entry(6, 'f')]);
    client.sendHistory([entry(3, 'c'), entry(5, 'e')]);
    client.release();
    client.end();
    expect(idsIn(await readAll(client))).toEqual(['c', 'e', 'f']);
  });

  it('that does not keep up is cut off, and nothing is kept for it', async () => {
    const client = newClient();
    const cut = vi.fn();
    client.onCut = cut;
    const text = 'x'.repeat(64 * 1024);
    for (let count = 0; count < 40; count += 1) client.push(text);
    expect(cut).toHaveBeenCalledTimes(1);
    expect(await readAll(client)).toBe('');
  });

  it('that reads may get any amount', async () => {
    const client = newClient();
    const reading = readAll(client);
    const text = 'x'.repeat(64 * 1024);
    for (let count = 0; count < 40; count += 1) {
      client.push(text);
      await new Promise(setImmediate);
    }
    client.end();
    expect((await reading).length).toBe(40 * text.length);
  });
});

describe('a place in the feed', () => {
  it('is read as it was written, and nothing else is one', () => {
    const place = { xid: 7, eventId: 'evt_0198c1de-0000-7000-8000-000000000000', atMs: start.atMs };
    expect(findPosition(writePosition(place))).toEqual(place);
    expect(findPosition(writePosition(start))).toEqual(start);
    for (const text of [
      '',
      '1',
      '1.2.~',
      '-1.1700000000000.~',
      `1.${start.atMs}.evt_x'; --`,
      '9'.repeat(400),
    ])
      expect(findPosition(text)).toBeUndefined();
  });

  it('is behind another by its transaction, then by its event', () => {
    expect(isBehind({ xid: 2, eventId: 'a' }, { xid: 1, eventId: '~' })).toBe(true);
    expect(isBehind({ xid: 2, eventId: '~' }, { xid: 2, eventId: 'evt_f' })).toBe(true);
    expect(isBehind({ xid: 2, eventId: 'a' }, { xid: 2, eventId: 'a' })).toBe(false);
  });
});
