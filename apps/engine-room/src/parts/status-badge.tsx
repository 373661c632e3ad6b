import type { ReactElement } from 'react';
import { findStatus, type StatusTone } from './statuses.ts';
import { StatusShape } from './status-shape.tsx';
import { nameHidden } from './hidden-characters.ts';
import classes from './status-badge.module.css';

interface Props {
  /** A state of the API, or another word of `statuses.ts`. */
  readonly status: string;
  /** Instead of the usual word. */
  readonly text?: string;
}

const toneClasses: Readonly<Record<StatusTone, string | undefined>> = {
  running: classes.running,
  good: classes.good,
  bad: classes.bad,
  warn: classes.warn,
  off: classes.off,
};

/** A status as shape, word and colour: never by colour alone. */
export function StatusBadge({ status, text }: Props): ReactElement {
  const { shape, tone, word } = findStatus(status);
  return (
    <span className={`${classes.badge ?? ''} ${toneClasses[tone] ?? ''}`}>
      <StatusShape shape={shape} />
      {nameHidden((text ?? word).slice(0, 60))}
    </span>
  );
}
