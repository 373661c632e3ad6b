import type { FastifyReply } from 'fastify';

/** Aborts when the reader has gone, and when the answer is sent. */
export function watchReader(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
