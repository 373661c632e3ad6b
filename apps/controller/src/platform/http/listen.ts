import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LoadedConfig } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import { Server as TlsServer } from 'node:tls';
import { httpSection } from '../config/platform-sections.ts';
import { PublicAddress, toUrl } from './public-address.ts';
import { watchTlsFiles } from './tls-files.ts';

export interface Listening {
  /** With the port that was really taken. */
  readonly url: string;
  stopWatching(): void;
}

/** Listens at `HTTP_ADDR`, and watches the certificate when there is one. */
export async function listen(
  app: NestFastifyApplication,
  config: LoadedConfig,
  logger: StructuredLogger,
): Promise<Listening> {
  const settings = config.get(httpSection);
  const { host, port } = settings.HTTP_ADDR;
  await app.listen(port, host);
  const server: unknown = app.getHttpServer();
  const address = app.getHttpServer().address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  const url = toUrl(server instanceof TlsServer, host, taken);
  app.get(PublicAddress).setListening(url);
  const stopWatching =
    server instanceof TlsServer ? watchTlsFiles(settings, server, logger) : () => undefined;
  return { url, stopWatching };
}
