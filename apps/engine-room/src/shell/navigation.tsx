import { useRouterState } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { navigationGroups } from '../app/page-entry.ts';
import { PageLink } from '../parts/page-link.tsx';
import { pages } from '../pages.ts';
import classes from './navigation.module.css';

const groups = navigationGroups
  .map((group) => ({ group, entries: pages.filter(({ navigation }) => navigation?.group === group) }))
  .filter(({ entries }) => entries.length > 0);

/** Only pages that exist; their order is that of the list of pages. */
export function Navigation({ isOpen }: { readonly isOpen: boolean }): ReactElement {
  const shown = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <nav id="navigation" aria-label="Pages" className={classes.navigation} data-open={isOpen}>
      {groups.map(({ group, entries }) => (
        <section key={group} aria-labelledby={`group-${group}`}>
          <h2 id={`group-${group}`} className={classes.group}>
            {group}
          </h2>
          <ul className={classes.list}>
            {entries.map(({ path, title }) => (
              <li key={path}>
                <PageLink
                  to={path}
                  className={classes.link}
                  isCurrent={shown === path || shown.startsWith(`${path}/`)}
                >
                  {title}
                </PageLink>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
