import { Group, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import classes from './page-header.module.css';

interface Props {
  readonly title: ReactNode;
  /** Beside the title: a status, a link. */
  readonly aside?: ReactNode;
  /** On the right: what can be done here. */
  readonly actions?: ReactNode;
}

/** The one heading of the first level of a page. */
export function PageHeader({ title, aside, actions }: Props): ReactElement {
  return (
    <div className={classes.header}>
      <Group gap="sm" className={classes.words}>
        <Title order={1} size="h3" className={classes.title}>
          {title}
        </Title>
        {aside}
      </Group>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </div>
  );
}
