import { fileURLToPath } from 'node:url';
import {
  callController,
  startController,
  type StartControllerOptions,
  type TestController,
} from '@ironwheel/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { closePages, shareBrowser } from './chromium.ts';
import { BeatingWorkers } from './fleet-rows.ts';
import { signIn } from './sign-in.ts';
import { watchPage, type PageProblems } from './watch-page.ts';

export const basePath = '/verifier-engine-room';
const built = fileURLToPath(new URL('../../dist/engine-room', import.meta.url));

export interface OpenOptions {
  /** Default: admin. */
  readonly role?: 'viewer' | 'operator' | 'admin';
  readonly width?: 1440 | 390;
  readonly colorScheme?: 'light' | 'dark';
  /** Instead of the controller's own address: something in between. */
  readonly url?: string;
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of, and requests to other hosts. Empty at the end of every test. */
  readonly problems: PageProblems;
}

/** A whole controller with the built pages, and a browser to look at them. */
export interface Room {
  readonly controller: TestController;
  readonly workers: BeatingWorkers;
  /** A call of the API as the administrator. Throws when it is refused. */
  api<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Body>;
  /** A page, signed in, in a profile of its own. */
  open(path: string, options?: OpenOptions): Promise<OpenedPage>;
  /** A page where nobody is signed in. */
  openSignedOut(path: string, options?: OpenOptions): Promise<OpenedPage>;
  tokenOf(role: 'viewer' | 'operator' | 'admin'): Promise<string>;
  close(): Promise<void>;
}

export async function startRoom(options: StartControllerOptions = {}): Promise<Room> {
  const controller = await startController({
    ...options,
    env: { ENGINE_ROOM_DIR: built, ...options.env },
  });
  const browser = await shareBrowser();
  const workers = new BeatingWorkers(controller);
  const tokens = new Map<string, Promise<string>>();

  const api: Room['api'] = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await callController<Body>(controller, method, `/api${path}`, controller.adminToken, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const tokenOf: Room['tokenOf'] = (role) => {
    const known = tokens.get(role);
    if (known !== undefined) return known;
    const made = api<{ token: string }>('POST', '/tokens', { name: `${role} of the tests`, role }).then(
      ({ token }) => token,
    );
    tokens.set(role, made);
    return made;
  };
  const openIn = async (
    path: string,
    { width = 1440, colorScheme = 'light', url = controller.url }: OpenOptions,
    token: string | null,
  ): Promise<OpenedPage> => {
    const context = await browser.newContext({
      viewport: { width, height: width === 390 ? 844 : 900 },
      colorScheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    });
    if (token !== null) await signIn(context, url, token);
    const page = await context.newPage();
    const problems = await watchPage(page, url);
    await page.goto(`${url}${basePath}${path}`);
    return { page, context, problems };
  };
  return {
    controller,
    workers,
    api,
    open: async (path, openOptions = {}) =>
      openIn(path, openOptions, await tokenOf(openOptions.role ?? 'admin')),
    openSignedOut: (path, openOptions = {}) => openIn(path, openOptions, null),
    tokenOf,
    close: async () => {
      workers.stop();
      await closePages(browser);
      await controller.close();
    },
  };
}
