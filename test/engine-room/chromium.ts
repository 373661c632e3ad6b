import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian's package has it; where it is missing, the suites that need a browser are left out. */
const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((one) => existsSync(one));
export const hasChromium = path !== undefined;

/** Screenshots of every page, to be looked at. */
export const screenshots = fileURLToPath(new URL('../artifacts/engine-room/', import.meta.url));
mkdirSync(screenshots, { recursive: true });

/**
 * What a window brings along and no page needs: for its address bar alone Chromium starts a process that takes as long as
 * most of our pages. The others are those that Playwright switches off, since the last word counts.
 */
const withoutFeatures = [
  'PreloadTopChromeWebUI',
  'WebUIOmniboxPopup',
  'WebUIOmniboxFullPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

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
      `--disable-features=${withoutFeatures.join(',')}`,
    ],
  });

let shared: Promise<Browser> | undefined;

/** One browser for all files that this process of tests runs; it ends with the process. */
export async function shareBrowser(): Promise<Browser> {
  if ((await shared)?.isConnected() !== true) shared = startBrowser();
  return shared as Promise<Browser>;
}

/** Closes what a file has opened in the browser that it shares with the next one. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}
