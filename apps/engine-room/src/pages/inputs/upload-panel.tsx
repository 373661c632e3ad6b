import type { InputView } from '@ironwheel/contracts';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useId, useRef, useState, type DragEvent, type ReactElement } from 'react';
import { ActionButton } from '../../parts/action-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useBar } from '../../session/may.ts';
import { UploadProblems } from './upload-problems.tsx';
import { useUpload } from './use-upload.ts';
import classes from './inputs.module.css';

interface Props {
  /** With the files that were taken. */
  readonly onTaken?: (inputs: readonly InputView[]) => void;
}

/** Hands files in: dropped onto it, or chosen. All that are given at once are taken, or none. */
export function UploadPanel({ onTaken }: Props): ReactElement {
  const upload = useUpload(onTaken);
  const [isOver, setOver] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const hint = useId();
  const bar = useBar('operator');
  const isBusy = upload.share !== null;
  const take = (files: FileList | null): void => {
    if (bar === null && files !== null && files.length > 0) upload.start([...files]);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <Panel title="Hand files in">
      <Stack gap="xs">
        <div
          className={classes.drop}
          data-over={isOver}
          data-testid="drop"
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <Group gap="sm" justify="center">
            <Text size="sm">Drop files here, or</Text>
            <ActionButton
              bar={bar ?? (isBusy ? 'Files are being handed in.' : null)}
              onClick={() => field.current?.click()}
            >
              Choose files
            </ActionButton>
          </Group>
          <Text size="xs" c="dimmed" ta="center" id={hint}>
            requirements.txt, constraints.txt, pylock.toml, uv.lock, pyproject.toml, scripts, wheels and
            sdists. Files that name each other with -r or -c belong together.
          </Text>
          <input
            ref={field}
            type="file"
            multiple
            hidden
            aria-label="Files to hand in"
            aria-describedby={hint}
            onChange={({ currentTarget }) => {
              take(currentTarget.files);
              // The same file can be chosen again once it was mended.
              currentTarget.value = '';
            }}
          />
        </div>
        {upload.share !== null && (
          <Group gap="sm">
            <Progress
              value={upload.share * 100}
              flex={1}
              aria-label={`Handing in ${upload.files.length} files`}
              transitionDuration={0}
            />
            <Text size="sm" role="status">
              {upload.share < 1 ? `${Math.floor(upload.share * 100)} %` : 'The controller looks at them'}
            </Text>
            <Button size="compact-xs" variant="default" onClick={upload.stop}>
              Stop
            </Button>
          </Group>
        )}
        {upload.hasRefused && (
          <Text size="sm" role="status">
            Files that came while others were being handed in were left out; hand them in afterwards.
          </Text>
        )}
        {upload.taken !== null && (
          <Text size="sm" role="status">
            {upload.taken === 1
              ? 'One file was taken.'
              : `${upload.taken.toLocaleString('en')} files were taken.`}
          </Text>
        )}
        {upload.problems.length > 0 ? (
          <UploadProblems upload={upload} />
        ) : (
          upload.error !== null && <ErrorNotice what="Handing in the files" error={upload.error} />
        )}
      </Stack>
    </Panel>
  );
}
