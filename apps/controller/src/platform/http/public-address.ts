import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import { httpSection } from '../config/platform-sections.ts';

/** The URL under which others reach this controller: `PUBLIC_URL`, else the address that it listens on. */
@Injectable()
export class PublicAddress {
  #url: string;
  readonly #isConfigured: boolean;

  constructor(config: LoadedConfig) {
    const { PUBLIC_URL, HTTP_ADDR, TLS_CERT_FILE } = config.get(httpSection);
    this.#isConfigured = PUBLIC_URL !== undefined;
    this.#url = PUBLIC_URL ?? toUrl(TLS_CERT_FILE !== undefined, HTTP_ADDR.host, HTTP_ADDR.port);
  }

  /** Without a trailing slash. */
  get url(): string {
    return this.#url;
  }

  /** False: nobody said under which name others reach it. */
  get isConfigured(): boolean {
    return this.#isConfigured;
  }

  /** Called once the server listens, since port 0 picks a free one. */
  setListening(url: string): void {
    if (!this.#isConfigured) this.#url = url;
  }
}

export function toUrl(isTls: boolean, host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${isTls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
