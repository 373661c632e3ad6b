import { Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { CopyButton } from './copy-button.tsx';
import classes from './install-line.module.css';

interface Props {
  /** A command of one line. */
  readonly line: string;
  readonly label: string;
}

/** A command to be copied into a shell. */
export function InstallLine({ line, label }: Props): ReactElement {
  return (
    <Group gap="xs" wrap="nowrap" align="center">
      <pre className={classes.line} tabIndex={0} aria-label={label}>
        {line}
      </pre>
      <CopyButton text={line} />
    </Group>
  );
}
