import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StructuredLogger } from '@ironwheel/logging';
import type { Server } from 'node:http';
import { ShutdownSignal } from './shutdown-signal.ts';

/** Ends long polls, lets running requests finish within `graceMs`, then cuts what is left and closes the pools. */
export async function stopServing(
  app: NestFastifyApplication,
  graceMs: number,
  logger: StructuredLogger,
): Promise<void> {
  app.get(ShutdownSignal).begin();
  const server = app.getHttpServer() as unknown as Pick<Server, 'closeAllConnections'>;
  const timer = setTimeout(() => {
    logger.warn('requests still run after the grace time; their connections are cut', { grace_ms: graceMs });
    server.closeAllConnections();
  }, graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
  logger.info('the controller has stopped serving');
}
