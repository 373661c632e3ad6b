import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian's package has it; where it is missing, the suites that need a browser are left out. */
const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((one) => existsSync(one));
export const hasChromium = path !== undefined;

/** Screenshots of every page, to be looked at. */
export const screenshots = fileURLToPath(new URL('../artifacts/engine-room/', import.meta.url));
mkdirSync(screenshots, { recursive: true });

/** A browser with an empty profile that calls nobody by itself. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    ...(path === undefined ? {} : { executablePath: path }),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
