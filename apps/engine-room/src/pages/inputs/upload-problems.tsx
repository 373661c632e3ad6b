import { Alert, Button, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { SafeText } from '../../parts/safe-text.tsx';
import type { Upload } from './use-upload.ts';
import classes from './inputs.module.css';

/** What is wrong with which file. The others were not taken either, and can be handed in without it. */
export function UploadProblems({ upload }: { readonly upload: Upload }): ReactElement {
  const { files, problems } = upload;
  const bad = new Set(problems.map(({ filename }) => filename));
  const good = files.filter(({ name }) => !bad.has(name));
  return (
    <Alert
      variant="outline"
      color="red"
      role="alert"
      title={
        files.length === 1
          ? 'The file was not taken'
          : `None of the ${files.length.toLocaleString('en')} files was taken`
      }
    >
      <Stack gap="xs">
        {problems.map(({ filename, messages }) => (
          <div key={filename}>
            <Text size="sm" fw={600}>
              <SafeText text={filename} max={255} />
            </Text>
            <ul className={classes.problems}>
              {messages.map((message, index) => (
                <li key={index}>
                  <SafeText text={message} max={4000} />
                </li>
              ))}
            </ul>
          </div>
        ))}
        {good.length > 0 && (
          <div>
            <Button size="xs" variant="default" onClick={() => upload.start(good)}>
              {good.length === 1
                ? 'Hand in the other one'
                : `Hand in the other ${good.length.toLocaleString('en')}`}
            </Button>
          </div>
        )}
      </Stack>
    </Alert>
  );
}
