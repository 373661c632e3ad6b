import { expect, it } from 'vitest';
import { readEvents, type StreamEvent } from './read-events.ts';

async function read(...parts: string[]): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEvents(toStream(parts))) events.push(event);
  return events;
}
const toStream = (parts: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });

it('reads messages that arrive in pieces', async () => {
  expect(await read(': hi\n\nid: 7\nda', 'ta: {"a":\ndata: 1}\n', '\nevent: end\ndata: x\r\n\r\n')).toEqual([
    { event: 'message', data: '{"a":\n1}', id: '7' },
    { event: 'end', data: 'x', id: '7' },
  ]);
});

it('drops a message that was cut off', async () => {
  expect(await read('data: whole\n\ndata: half')).toEqual([{ event: 'message', data: 'whole', id: null }]);
});
