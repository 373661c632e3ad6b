import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StructuredLogger } from '@ironwheel/logging';
import type { Server } from 'node:http';
import { Database } from '../database/database.ts';
import { NotificationBus } from '../database/notification-bus.ts';
import { ShutdownSignal } from './shutdown-signal.ts';

/** Closes the application, then its connections: features may still write in their own shutdown. */
export async function closeApp(app: NestFastifyApplication): Promise<void> {
  try {
    await app.close();
  } finally {
    await Promise.all([app.get(NotificationBus).close(), app.get(Database).close()]);
  }
}

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
    await closeApp(app);
  } finally {
    clearTimeout(timer);
  }
  logger.info('the controller has stopped serving');
}
