import type { HintTestAnswer } from '@ironwheel/contracts';
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { findLink } from '../../app/links.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import classes from './hints.module.css';

interface Props {
  readonly block: HintTestAnswer['block'];
  /** Names of the hints that match, by line. */
  readonly by: ReadonlyMap<number, readonly string[]>;
  readonly attemptId: string;
}

const most = 80;

/** The first error block of a log, with the lines that hints match. */
export function BlockLines({ block, by, attemptId }: Props): ReactElement {
  if (block.length === 0) return <Text size="sm">The log has no line.</Text>;
  const log = attemptId === '' ? null : findLink('attempt', attemptId);
  return (
    <section aria-label="The first error block">
      <Text size="sm" c="dimmed">
        The first error block; only here hints are looked for.
      </Text>
      <ol className={classes.lines} tabIndex={0} aria-label="Lines of the first error block">
        {block.slice(0, most).map(({ line_no: line, text }) => {
          const names = by.get(line);
          return (
            <li key={line} className={classes.line} data-line={line} data-matched={names !== undefined}>
              <span className={classes.number}>
                {log === null ? (
                  line
                ) : (
                  <Anchor
                    inherit
                    aria-label={`Line ${line} of the log`}
                    renderRoot={(props) => <Link to={log} hash={`L${line}`} {...props} />}
                  >
                    {line}
                  </Anchor>
                )}
              </span>
              <span className={classes.sign} aria-hidden>
                {names === undefined ? '' : '▶'}
              </span>
              <SafeText text={text} max={1_000} />
              {names !== undefined && <span className={classes.by}>matched by {names.join(', ')}</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
