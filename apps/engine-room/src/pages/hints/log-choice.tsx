import { projectNameSchema, versionTextSchema } from '@ironwheel/contracts';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import type { z } from 'zod';
import { AttemptChoice } from './attempt-choice.tsx';
import { LogField } from './log-field.tsx';
import { findLogFault } from './log-text.ts';
import classes from './hints.module.css';

/** A log as `POST /hints/test` takes it. */
export interface ChosenLog {
  readonly log?: string;
  readonly attempt_id?: string;
  readonly package?: string;
  readonly version?: string;
}

interface Props {
  readonly attemptId: string;
  /** Of whose package a pasted log is taken to be, until another is named. */
  readonly packageName: string;
  readonly isPending: boolean;
  readonly onAttempt: (attemptId: string) => void;
  readonly onTry: (log: ChosenLog) => void;
}

/** The log that is tried: that of an attempt, or one that is pasted or read from a file. */
export function LogChoice({ attemptId, packageName, isPending, onAttempt, onTry }: Props): ReactElement {
  const [text, setText] = useState('');
  const [name, setName] = useState<string | null>(null);
  const [version, setVersion] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isPasted = attemptId === '';
  const fault = isPasted ? findLogFault(text) : null;
  const project = (name ?? packageName).trim();
  const mistakes = {
    name: project === '' ? undefined : findMistake(projectNameSchema, project),
    version: version.trim() === '' ? undefined : findMistake(versionTextSchema, version.trim()),
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (fault !== null || (isPasted && (mistakes.name ?? mistakes.version) !== undefined)) return;
    onTry(
      isPasted
        ? {
            log: text,
            ...(project === '' ? {} : { package: project }),
            ...(version.trim() === '' ? {} : { version: version.trim() }),
          }
        : { attempt_id: attemptId },
    );
  };
  return (
    <Stack gap="sm">
      <AttemptChoice key={attemptId} attemptId={attemptId} onAttempt={onAttempt} />
      <form onSubmit={submit} noValidate aria-label="Try a log">
        <Stack gap="sm">
          {isPasted && (
            <>
              <LogField text={text} onText={setText} error={isAsked ? fault : null} />
              <div className={classes.columns}>
                <TextInput
                  size="xs"
                  label="Of the package"
                  description="Hints of one package are offered to no other."
                  value={name ?? packageName}
                  onChange={(event) => setName(event.currentTarget.value)}
                  maxLength={200}
                  error={mistakes.name}
                />
                <TextInput
                  size="xs"
                  label="In the version"
                  description="For hints of certain versions."
                  value={version}
                  onChange={(event) => setVersion(event.currentTarget.value)}
                  maxLength={100}
                  error={mistakes.version}
                />
              </div>
            </>
          )}
          <Group gap="sm">
            <Button type="submit" size="xs" loading={isPending}>
              Try
            </Button>
            {!isPasted && (
              <Text size="sm" c="dimmed">
                on the log of the attempt
              </Text>
            )}
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}

const findMistake = (schema: z.ZodType, text: string): string | undefined =>
  schema.safeParse(text).error?.issues[0]?.message;
