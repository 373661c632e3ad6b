import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type AnyRoute,
} from '@tanstack/react-router';
import { firstPage, pages } from '../pages.ts';
import { PageFailure } from '../shell/page-failure.tsx';
import { PageMissing } from '../shell/page-missing.tsx';
import { PagePending } from '../shell/page-pending.tsx';
import { Root } from '../shell/root.tsx';
import { basePath } from './base-path.ts';
import { parseSearch, writeSearch } from './search-text.ts';

const rootRoute = createRootRoute({ component: Root, notFoundComponent: PageMissing });

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way to send somebody elsewhere
    throw redirect({ to: firstPage, replace: true });
  },
});

const pageRoutes: AnyRoute[] = pages.map((page) =>
  createRoute({
    getParentRoute: () => rootRoute,
    path: page.path,
    component: lazyRouteComponent(page.load),
    staticData: { title: page.title },
  }),
);

export const router = createRouter({
  routeTree: rootRoute.addChildren([indexRoute, ...pageRoutes]),
  basepath: basePath,
  parseSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageFailure,
  defaultPendingComponent: PagePending,
  defaultPendingMs: 300,
  // A page that is there is shown, however short the wait was.
  defaultPendingMinMs: 0,
});

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    title?: string;
  }
}
