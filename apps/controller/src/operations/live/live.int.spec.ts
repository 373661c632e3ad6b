import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Authenticator, Clock, EventBus, newId } from '../../platform/index.ts';
import { EventsRepository, HistoryModule } from '../../work/history/index.ts';
import { readStream, type StreamReader } from './stream-reader-fixture.ts';

let controller: TestController;
let other: TestController;
const readers: StreamReader[] = [];
let count = 0;

beforeAll(async () => {
  controller = await startController();
  // A second controller on the same database.
  other = await startController({ env: { DATABASE_URL: controller.database.url, ANONYMOUS_READ: 'true' } });
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});
afterAll(async () => {
  await other.close();
  await controller.close();
});

async function open(
  headers: Record<string, string> = { authorization: `Bearer ${controller.adminToken}` },
  query = '',
  url = controller.url,
): Promise<StreamReader> {
  const reader = await readStream(`${url}/api/stream${query}`, headers);
  readers.push(reader);
  return reader;
}
const goOn = (lastEventId: string) =>
  open({ authorization: `Bearer ${controller.adminToken}`, 'last-event-id': lastEventId });

const newEvent = (name: string) => ({
  runId: null,
  name,
  version: '1.0',
  pythonTag: 'cp312',
  platformTag: 'linux_s390x',
  status: 'built',
});
const record = (name: string): Promise<string[]> =>
  controller.app.get(EventsRepository).record(controller.database, newEvent(name));
const nextName = (): string => `package-${(count += 1)}`;
const namesOf = (reader: StreamReader): string[] =>
  reader.messages.filter(({ type }) => type === 'history').map(({ data }) => String(data['name']));
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 50 });

describe('GET /api/stream', () => {
  it('needs a role that may read', async () => {
    expect((await fetch(`${controller.url}/api/stream`)).status).toBe(401);
    const worker = await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
      name: 'machine',
      role: 'worker',
    });
    const refused = await fetch(`${controller.url}/api/stream`, {
      headers: { authorization: `Bearer ${worker.body.token}` },
    });
    expect(refused.status).toBe(403);
    expect(
      (
        await fetch(`${controller.url}/api/stream?topics=nothing`, {
          headers: { authorization: `Bearer ${controller.adminToken}` },
        })
      ).status,
    ).toBe(400);
  });

  it('tells what is recorded, whichever controller the reader is at', async () => {
    const [here, there] = [await open(), await open({}, '', other.url)];
    const name = nextName();
    await record(name);
    await until(() => expect(namesOf(here)).toEqual([name]));
    await until(() => expect(namesOf(there)).toEqual([name]));
    await until(() => expect(here.messages.some(({ type }) => type === 'beat')).toBe(true));
  });

  it('catches up after a break without a gap or a repetition, also when transactions end out of order', async () => {
    const first = await open();
    const names = [nextName(), nextName(), nextName(), nextName()];
    await record(names[0]!);
    await until(() => expect(namesOf(first)).toEqual([names[0]]));

    // It begins first and ends last: no id and no time tells that it is new then.
    const [written, mayEnd] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
    const slow = controller.database.transaction(async (tx) => {
      await controller.app.get(EventsRepository).record(tx, newEvent(names[1]!));
      written.resolve(null);
      await mayEnd.promise;
    });
    await written.promise;
    await record(names[2]!);
    await first.close();
    const second = await goOn(first.lastId);
    await record(names[3]!);
    mayEnd.resolve(null);
    await slow;
    await until(() => expect([...namesOf(second)].sort()).toEqual([names[1], names[2], names[3]].sort()));
    await second.close();
    const third = await goOn(second.lastId);
    const last = nextName();
    await record(last);
    await until(() => expect(namesOf(third)).toEqual([last]));
  });

  it('goes on in the middle of a transaction', async () => {
    const first = await open();
    const names = Array.from({ length: 40 }, nextName);
    await controller.app.get(EventsRepository).record(
      controller.database,
      names.map((name) => newEvent(name)),
    );
    await until(() => expect(namesOf(first)).toEqual(names));
    const middle = first.messages.filter(({ type }) => type === 'history')[12]!;
    const second = await goOn(middle.id);
    await until(() => expect(namesOf(second)).toEqual(names.slice(13)));
  });

  it.each([
    ['no place of this stream', 'nonsense', 'unknown'],
    ['a place of long ago', `1.${Date.now() - 3_600_000}.~`, 'too old'],
    ['a place of another database', `99999999999.${Date.now()}.~`, 'another database'],
  ])('says that everything has to be read anew: %s', async (_why, lastEventId, reason) => {
    const reader = await goOn(lastEventId);
    await until(() => expect(reader.messages[0]).toMatchObject({ type: 'reset', data: { reason } }));
    const name = nextName();
    await record(name);
    await until(() => expect(namesOf(reader)).toEqual([name]));
  });

  it('tells what changed by its id, on every controller, and only of the topics that were asked for', async () => {
    const worker = await TestWorker.enroll(controller);
    const all = await open({}, '', other.url);
    const pools = await open(undefined, '?topics=pools');
    await callController(controller, 'POST', `/api/workers/${worker.id}/pause`, controller.adminToken, {});
    await callController(controller, 'POST', '/api/pools', controller.adminToken, { name: 'forge' });
    controller.app.get(EventBus).publishAfterCommit('command.ended', { serverId: 'srv_anvil' });
    const changes = (reader: StreamReader) =>
      reader.messages.filter(({ type }) => type === 'changed').map(({ data }) => data['topic']);
    await until(() =>
      expect(all.messages).toContainEqual(
        expect.objectContaining({ type: 'changed', data: { topic: 'workers', ids: [worker.id] } }),
      ),
    );
    await until(() =>
      expect(all.messages).toContainEqual(
        expect.objectContaining({ type: 'changed', data: { topic: 'servers', ids: ['srv_anvil'] } }),
      ),
    );
    await until(() => expect(changes(pools)).toContain('pools'));
    expect(changes(pools)).not.toContain('workers');
  });

  it('ends when the browser signs out, and when the controller stops', async () => {
    const signedIn = await fetch(`${controller.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: controller.url },
      body: JSON.stringify({ token: controller.adminToken }),
    });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const reader = await open({ cookie });
    const unharmed = await open();
    await fetch(`${controller.url}/api/session`, {
      method: 'DELETE',
      headers: { cookie, origin: controller.url },
    });
    await until(() => expect(reader.isEnded).toBe(true));
    expect(unharmed.isEnded).toBe(false);

    const short = await startController({
      features: [{ module: HistoryModule }],
      modules: [await liveModule()],
    });
    const last = await readStream(`${short.url}/api/stream`, { authorization: `Bearer ${short.adminToken}` });
    readers.push(last);
    await short.close();
    await until(() => expect(last.isEnded).toBe(true));
  });
});

class MovedClock extends Clock {
  aheadMs = 0;
  override now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }
}

describe('a reader whose token is revoked', () => {
  const clock = new MovedClock();
  let short: TestController;
  beforeAll(async () => {
    short = await startController({
      features: [{ module: HistoryModule }],
      modules: [await liveModule()],
      clock,
    });
  });
  afterAll(() => short.close());
  const mintToken = async (): Promise<{ id: string; token: string }> => {
    const { body } = await callController(short, 'POST', '/api/tokens', short.adminToken, {
      name: 'leaver',
      role: 'viewer',
    });
    return { id: String(body['token_id']), token: body.token };
  };

  it('is cut off at once', async () => {
    const leaver = await mintToken();
    const signedIn = await fetch(`${short.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: short.url },
      body: JSON.stringify({ token: leaver.token }),
    });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const byToken = await open({ authorization: `Bearer ${leaver.token}` }, '', short.url);
    const byCookie = await open({ cookie }, '', short.url);
    const unharmed = await open({ authorization: `Bearer ${short.adminToken}` }, '', short.url);
    // Nobody looks, which would find out as well.
    clock.aheadMs = -60_000;
    await callController(short, 'DELETE', `/api/tokens/${leaver.id}`, short.adminToken);
    await until(() => expect([byToken.isEnded, byCookie.isEnded]).toEqual([true, true]));
    expect(unharmed.isEnded).toBe(false);
  });

  it('is cut off when the word of it may have been lost with the connection that brings it', async () => {
    clock.aheadMs = 0;
    const leaver = await mintToken();
    const reader = await open({ authorization: `Bearer ${leaver.token}` }, '', short.url);
    // It is looked at once when it begins, and then not again for this test.
    const looks = vi.spyOn(short.app.get(Authenticator, { strict: false }), 'authenticate');
    await until(() => expect(looks).toHaveBeenCalled());
    await looks.mock.results[0]?.value;
    looks.mockRestore();
    clock.aheadMs = -60_000;
    await short.database.query('UPDATE tokens SET revoked_at = now() WHERE id = $1', [leaver.id]);
    await short.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ironwheel-listen' AND datname = current_database()`,
    );
    await until(() => expect(reader.isEnded).toBe(true));
  });

  it('is cut off 15 s later when nobody said so', async () => {
    clock.aheadMs = 0;
    const leaver = await mintToken();
    const reader = await open({ authorization: `Bearer ${leaver.token}` }, '', short.url);
    await until(() => expect(reader.messages.length).toBeGreaterThan(0));
    clock.aheadMs = 16_000;
    await until(() => expect(reader.comments).toContain(': heartbeat'));
    expect(reader.isEnded).toBe(false);
    await short.database.query('UPDATE tokens SET revoked_at = now() WHERE id = $1', [leaver.id]);
    clock.aheadMs = 32_000;
    await until(() => expect(reader.isEnded).toBe(true));
  });
});

async function liveModule() {
  const { LiveModule } = await import('./index.ts');
  return LiveModule;
}

describe('ids', () => {
  it('of events sort as bytes by the time they were made, which the search for new ones relies on', () => {
    const ids = [newId('event'), newId('event')];
    expect(ids.every((id) => /^evt_[0-9a-f-]{36}$/.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });
});
