import { Outlet, useMatches, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { Navigation } from './navigation.tsx';
import { ShortcutsProvider } from './shortcuts-provider.tsx';
import { StaleMark } from './stale-mark.tsx';
import { TopBar } from './top-bar.tsx';
import classes from './root.module.css';

const KeyboardHelp = lazy(() => import('./keyboard-help.tsx'));
const SearchDialog = lazy(() => import('./search-dialog.tsx'));

/** What stands around every page. */
export function Root(): ReactElement {
  const [isSearching, setSearching] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const title = useMatches({ select: (matches) => matches.at(-1)?.staticData.title });
  useFocusOnNewPage(path, main);
  useEffect(() => {
    document.title = title === undefined ? 'Engine Room' : `${title} – Engine Room`;
  }, [title]);
  useEffect(() => setMenuOpen(false), [path]);

  return (
    <ShortcutsProvider onSearch={() => setSearching(true)} onHelp={() => setHelping(true)}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <div className={classes.frame}>
        <TopBar
          onSearch={() => setSearching(true)}
          onHelp={() => setHelping(true)}
          isMenuOpen={isMenuOpen}
          onMenu={() => setMenuOpen((isOpen) => !isOpen)}
        />
        <Navigation isOpen={isMenuOpen} />
        <main id="content" ref={main} tabIndex={-1} className={classes.content}>
          <StaleMark>
            <Outlet />
          </StaleMark>
        </main>
      </div>
      <Suspense>
        {isSearching && <SearchDialog onClose={() => setSearching(false)} />}
        {isHelping && <KeyboardHelp onClose={() => setHelping(false)} />}
      </Suspense>
    </ShortcutsProvider>
  );
}

/** Whoever reads by ear or goes by keys begins at the top of the new page, not where the link was. */
function useFocusOnNewPage(path: string, main: RefObject<HTMLElement | null>): void {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const isFirst = shown.current === null;
    if (shown.current === path) return;
    shown.current = path;
    if (!isFirst) main.current?.focus({ preventScroll: true });
  }, [path, main]);
}
