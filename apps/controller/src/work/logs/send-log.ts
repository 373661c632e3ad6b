import type { FastifyReply } from 'fastify';
import type { Readable } from 'node:stream';
import { AppError } from '../../platform/index.ts';
import type { LogSource } from './log-source.ts';

/** The byte offset in `Last-Event-ID`, from a reader that comes again. Throws REQUEST_INVALID when it is none. */
export function findResumeOffset(lastEventId: string | undefined): number | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (!/^\d{1,15}$/.test(lastEventId)) {
    throw new AppError('REQUEST_INVALID', 'Last-Event-ID is not the id of a message of this stream.', {
      issues: [{ path: 'last-event-id', message: 'expected a byte offset' }],
    });
  }
  return Number(lastEventId);
}

/** Plain text is asked for by name and not weighed lower than JSON; everything else gets JSON. */
export function prefersText(accept: string | undefined): boolean {
  const weights = new Map(
    (accept ?? '')
      .slice(0, 1000)
      .split(',')
      .map((item) => {
        const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
        const q = parameters.find((parameter) => parameter.startsWith('q='));
        return [type, q === undefined ? 1 : Number(q.slice(2)) || 0] as const;
      }),
  );
  const text = weights.get('text/plain') ?? 0;
  return text > 0 && text > (weights.get('application/json') ?? 0);
}

/** Server-sent events; nothing on the way may keep or gather them. */
export function sendEvents(reply: FastifyReply, events: Readable): void {
  void reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store, no-transform')
    .header('x-accel-buffering', 'no')
    .send(events);
}

export function sendText(reply: FastifyReply, source: LogSource, text: Readable): void {
  void reply
    .type('text/plain; charset=utf-8')
    .header('x-log-complete', String(source.complete))
    .header('x-log-size', String(source.size))
    .send(text);
}
