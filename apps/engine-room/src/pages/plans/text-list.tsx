import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { SafeText } from '../../parts/safe-text.tsx';
import classes from './plans.module.css';

interface Props {
  readonly label: string;
  readonly texts: readonly string[];
  /** Shown at first. */
  readonly most?: number;
}

/** Sentences of the planner, below each other; the first few where there are many. */
export function TextList({ label, texts, most = 10 }: Props): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? texts : texts.slice(0, most);
  const left = texts.length - shown.length;
  return (
    <>
      <ul className={classes.list} aria-label={label}>
        {shown.map((text, index) => (
          <li key={index}>
            <SafeText text={text} max={2000} />
          </li>
        ))}
      </ul>
      {left > 0 && (
        <Button size="compact-xs" variant="default" onClick={() => setWhole(true)}>
          Show {left.toLocaleString('en')} more
        </Button>
      )}
    </>
  );
}
