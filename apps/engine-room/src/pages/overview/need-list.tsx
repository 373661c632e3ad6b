import { Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import type { Need } from './list-needs.ts';
import classes from './overview.module.css';

interface Props {
  readonly needs: readonly Need[];
  /** Everything has answered: an empty list means that there is nothing. */
  readonly isWhole: boolean;
}

const mostShown = 30;

export function NeedList({ needs, isWhole }: Props): ReactElement {
  if (needs.length === 0) {
    return isWhole ? (
      <Text>
        <StatusBadge status="ok" text="Nothing." /> Whatever waits goes on by itself.
      </Text>
    ) : (
      <Loader size="sm" aria-label="Looking for what needs a person" />
    );
  }
  return (
    <>
      <ol className={classes.needs}>
        {needs.slice(0, mostShown).map((need) => (
          <li key={need.id} className={classes.need}>
            <StatusBadge
              status={need.weight === 'act' ? 'problem' : 'warning'}
              text={need.weight === 'act' ? 'act' : 'look'}
            />
            <span>
              <strong>
                {need.link === null ? (
                  <SafeText text={need.title} max={160} />
                ) : (
                  <ThingLink kind={need.link.kind} id={need.link.id} text={need.title} />
                )}
              </strong>
              <br />
              <SafeText text={need.detail} max={300} />
            </span>
            <span className={classes.price}>{writePrice(need.holdsUp)}</span>
          </li>
        ))}
      </ol>
      {needs.length > mostShown && <Text size="sm">And {needs.length - mostShown} more.</Text>}
    </>
  );
}

const writePrice = (count: number): string =>
  count === 0 ? '' : `holds up ${count.toLocaleString('en')} ${count === 1 ? 'wheel' : 'wheels'}`;
