import { useNavigate, useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactElement } from 'react';
import classes from './filter-links.module.css';

interface Choice {
  /** As it stands in the address; empty: not at all. */
  readonly value: string;
  readonly label: string;
  readonly count?: number | undefined;
}

interface Props {
  /** What is chosen among: "Which servers are shown". */
  readonly label: string;
  /** In the query of the address. */
  readonly name: string;
  readonly chosen: string;
  readonly choices: readonly Choice[];
  /** The other values of the address go: another choice is another table. */
  readonly isAlone?: boolean;
}

/** Views of one page beside each other, each with an address of its own. */
export function FilterLinks({ label, name, chosen, choices, isAlone = false }: Props): ReactElement {
  const router = useRouter();
  const navigate = useNavigate();
  return (
    <nav aria-label={label} className={classes.links}>
      {choices.map(({ value, label: text, count }) => {
        // The router's own link marks one as chosen whose values are among those of the address, which *all* always is.
        const target = {
          to: '.',
          search: (before: Record<string, unknown>) => ({
            ...(isAlone ? {} : before),
            [name]: value === '' ? undefined : value,
          }),
        } as const;
        const go = (event: MouseEvent): void => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          void navigate({ ...target, replace: true, resetScroll: false });
        };
        return (
          <a
            key={value}
            href={router.buildLocation(target).href}
            onClick={go}
            className={classes.link}
            aria-current={value === chosen ? 'true' : undefined}
          >
            {text}
            {count !== undefined && <span className={classes.count}>{count.toLocaleString('en')}</span>}
          </a>
        );
      })}
    </nav>
  );
}
