import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useRef, useState, type ClipboardEvent, type ReactElement } from 'react';
import { describeLog, findFileFault, toSendableLog } from './log-text.ts';
import classes from './hints.module.css';

/** A longer text would make the field slow to type in; it is kept aside and only described. */
const mostTyped = 100_000;

interface Props {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly error: string | null;
}

/** A log to paste, or to read from a file; of some MB if need be. */
export function LogField({ text, onText, error: textError }: Props): ReactElement {
  const file = useRef<HTMLInputElement>(null);
  const [fileError, setFileError] = useState<string | null>(null);
  const error = fileError ?? textError;
  const isLong = text.length > mostTyped;
  const take = (log: string): void => {
    setFileError(null);
    onText(toSendableLog(log));
  };
  const readFile = async (chosen: File): Promise<void> => {
    const fault = findFileFault(chosen.size);
    const log = fault === null ? await chosen.text().catch(() => null) : null;
    if (log === null) setFileError(fault ?? 'The file could not be read. Choose it again, or paste the log.');
    else take(log);
  };
  const paste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData.getData('text/plain');
    if (pasted.length <= mostTyped) return;
    event.preventDefault();
    take(pasted);
  };
  return (
    <Stack gap="xs">
      {isLong ? (
        <Text size="sm" role="status">
          A log of {describeLog(text)}.
          {error !== null && (
            <Text component="span" c="var(--mantine-color-error)" role="alert" display="block">
              {error}
            </Text>
          )}
        </Text>
      ) : (
        <Textarea
          label="Log"
          description="Some lines, or all of it."
          value={text}
          onChange={(event) => take(event.currentTarget.value)}
          onPaste={paste}
          classNames={{ input: classes.mono ?? '' }}
          spellCheck={false}
          rows={8}
          error={error}
        />
      )}
      <Group gap="xs">
        <input
          ref={file}
          type="file"
          hidden
          aria-label="A file with the log"
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen !== undefined) void readFile(chosen);
            event.currentTarget.value = '';
          }}
        />
        <Button size="xs" variant="default" onClick={() => file.current?.click()}>
          Read from a file
        </Button>
        {text !== '' && (
          <Button size="xs" variant="default" onClick={() => take('')}>
            Another log
          </Button>
        )}
      </Group>
    </Stack>
  );
}
