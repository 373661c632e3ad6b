import { Button, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { toNewHintSearch } from '../hints/new-hint-address.ts';
import { LineText } from './log-line.tsx';
import type { LineRange } from './line-range.ts';
import type { LogStore } from './log-store.ts';
import classes from './log.module.css';

interface Props {
  readonly attemptId: string;
  readonly store: LogStore;
  readonly range: LineRange;
  readonly onClose: () => void;
}

const mostLines = 100;
const mostCharacters = 8_000;

/** The lines that the address names, as a whole and wrapped, to be read and passed on. */
export function ChosenLines({ attemptId, store, range, onClose }: Props): ReactElement {
  const count = Math.min(mostLines, range.last - range.first + 1);
  const lines = Array.from({ length: count }, (_, index) => range.first + index);
  const texts = lines.map((line) => store.lineAt(line) ?? '');
  const cut = store.lengthOfCut(range.first);
  const title = range.first === range.last ? `Line ${range.first}` : `Lines ${range.first} to ${range.last}`;
  return (
    <Panel
      title={title}
      aside={
        <Group gap="xs">
          <CopyButton text={texts.join('\n')} label="Copy text" />
          <CopyButton text={location.href} label="Copy link" />
          <LinkButton
            isSmall
            to="/hints/new"
            search={toNewHintSearch({ attempt: attemptId, line: texts[0] })}
          >
            Make a hint of it
          </LinkButton>
          <Button size="compact-xs" variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      }
    >
      <div className={classes.frame}>
        <pre className={classes.chosen} tabIndex={0} aria-label={title}>
          {texts.map((text, index) => (
            <div key={lines[index]}>
              <LineText text={text} find="" max={mostCharacters} />
            </div>
          ))}
          {cut !== undefined &&
            `The line has ${cut.toLocaleString('en')} characters; all of it is in the raw log.`}
          {range.last - range.first >= mostLines && `Only the first ${mostLines} lines are shown.`}
        </pre>
      </div>
    </Panel>
  );
}
