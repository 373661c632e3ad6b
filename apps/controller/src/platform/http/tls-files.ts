import { ConfigError, type ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type Server } from 'node:tls';
import type { httpSection } from '../config/platform-sections.ts';

export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const watchEveryMs = 2000;

/** Certificate and key, checked against each other; null without both keys. Throws `ConfigError`. */
export function readTlsFiles(config: ConfigOf<typeof httpSection>): TlsFiles | null {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = config;
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined || keyFile === undefined) {
    const missing = certFile === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE';
    throw new ConfigError([{ key: missing, message: 'is needed too: TLS takes a certificate and its key' }]);
  }
  try {
    const files = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    createSecureContext(files);
    return files;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw new ConfigError([
      { key: 'TLS_CERT_FILE', message: `certificate and key cannot be used (${reason})` },
    ]);
  }
}

/**
 * Reads the files again when either changes, and uses them for new connections. Between the writing of the two they
 * may not fit each other: then the old pair stays in use until they do.
 */
export function watchTlsFiles(
  config: ConfigOf<typeof httpSection>,
  server: Server,
  logger: StructuredLogger,
): () => void {
  const files = [config.TLS_CERT_FILE, config.TLS_KEY_FILE].filter((file) => file !== undefined);
  const reload = (): void => {
    try {
      const pair = readTlsFiles(config);
      if (pair === null) return;
      server.setSecureContext({ cert: pair.cert, key: pair.key, minVersion: 'TLSv1.2' });
      logger.info('the TLS certificate was read again');
    } catch (error) {
      logger.warn('the changed TLS certificate cannot be used yet; the old one stays in use', { error });
    }
  };
  for (const file of files) watchFile(file, { interval: watchEveryMs, persistent: false }, reload);
  return () => {
    for (const file of files) unwatchFile(file, reload);
  };
}
