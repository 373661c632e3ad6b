import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useShortcut } from '../../shell/shortcuts-context.ts';
import classes from './log.module.css';

interface Props {
  /** In the singular: "error". */
  readonly what: string;
  readonly lines: readonly number[];
  readonly isIncomplete: boolean;
  readonly onShow: (line: number) => void;
  readonly keys: { readonly next: string; readonly before: string } | null;
}

/** Goes from one line to the next of those that were found. */
export function StepButtons({ what, lines, isIncomplete, onShow, keys }: Props): ReactElement {
  const [at, setAt] = useState<number | null>(null);
  const index = at === null ? -1 : lines.indexOf(at);
  const go = (by: 1 | -1): void => {
    if (lines.length === 0) return;
    const next = index < 0 ? (by === 1 ? 0 : lines.length - 1) : (index + by + lines.length) % lines.length;
    const line = lines[next];
    if (line === undefined) return;
    setAt(line);
    onShow(line);
  };
  const count = `${lines.length.toLocaleString('en')}${isIncomplete ? '+' : ''}`;
  const title =
    lines.length === 0
      ? `No ${what}s`
      : index < 0
        ? `${count} ${what}${lines.length === 1 ? '' : 's'}`
        : `${what} ${index + 1} of ${count}`;
  return (
    <div className={classes.group} role="group" aria-label={`${what}s of the log`}>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => go(-1)}
        disabled={lines.length === 0}
        aria-label={`The ${what} before`}
      >
        ↑
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => go(1)}
        disabled={lines.length === 0}
        aria-label={`Next ${what}`}
      >
        ↓
      </Button>
      <span role="status">{title}</span>
      {keys !== null && <StepKeys what={what} keys={keys} go={go} />}
    </div>
  );
}

interface KeysProps {
  readonly what: string;
  readonly keys: { readonly next: string; readonly before: string };
  readonly go: (by: 1 | -1) => void;
}

function StepKeys({ what, keys, go }: KeysProps): null {
  useShortcut(keys.next, `Next ${what} of the log`, () => go(1));
  useShortcut(keys.before, `The ${what} before`, () => go(-1));
  return null;
}
