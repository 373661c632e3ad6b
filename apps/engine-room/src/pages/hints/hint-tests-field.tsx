import { Button, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { FieldGroup, type HintFieldsProps } from './hint-field.tsx';
import { readTests, writeTests, type HintTest } from './hint-tests-text.ts';
import classes from './hints.module.css';

/** Texts that the hint must match, or must not; they are checked at each change. */
export function HintTestsField({ form }: { readonly form: HintFieldsProps }): ReactElement {
  const tests = readTests(form.values.tests);
  const write = (next: readonly HintTest[]): void => form.set('tests', writeTests(next));
  const change = (index: number, part: Partial<HintTest>): void =>
    write(tests.map((test, at) => (at === index ? { ...test, ...part } : test)));
  return (
    <FieldGroup title="Tests" error={form.errors['tests']}>
      <Text size="xs" c="dimmed">
        Some lines of a log each. A change that breaks one of them is refused.
      </Text>
      {tests.map(({ text, matches }, index) => (
        <Stack key={index} gap={4} className={classes.match ?? ''}>
          <Textarea
            size="xs"
            aria-label={`Text of test ${index + 1}`}
            value={text}
            onChange={(event) => change(index, { text: event.currentTarget.value })}
            disabled={form.isLocked}
            classNames={{ input: classes.mono ?? '' }}
            spellCheck={false}
            autosize
            maxRows={8}
          />
          <div className={classes.head}>
            <NativeSelect
              size="xs"
              aria-label={`What test ${index + 1} says`}
              data={[
                { value: 'yes', label: 'must match' },
                { value: '', label: 'must not match' },
              ]}
              value={matches ? 'yes' : ''}
              onChange={(event) => change(index, { matches: event.currentTarget.value === 'yes' })}
              disabled={form.isLocked}
            />
            <Button
              size="xs"
              variant="default"
              disabled={form.isLocked}
              aria-label={`Take away test ${index + 1}`}
              onClick={() => write(tests.filter((_, at) => at !== index))}
            >
              Take away
            </Button>
          </div>
        </Stack>
      ))}
      <div>
        <Button
          size="xs"
          variant="default"
          disabled={form.isLocked}
          onClick={() => write([...tests, { text: '', matches: true }])}
        >
          Add a test
        </Button>
      </div>
    </FieldGroup>
  );
}
