import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { SafeText } from '../safe-text.tsx';
import { SmallTable } from '../small-table.tsx';
import { listChanged, listConflicts, type FieldValues } from './merge-edits.ts';
import type { Edits } from './use-edits.ts';

interface Props<Values extends FieldValues> {
  /** "This server". */
  readonly what: string;
  readonly edits: Edits<Values>;
  readonly labels: Readonly<Record<keyof Values & string, string>>;
}

/** Says that two changed one thing, shows where they differ, and lets a person choose. Nothing was overwritten. */
export function EditConflict<Values extends FieldValues>({
  what,
  edits,
  labels,
}: Props<Values>): ReactElement | null {
  const { base, mine, theirs } = edits;
  if (theirs === null) return null;
  const conflicts = listConflicts(base.values, theirs.values, mine);
  const others = listChanged(base.values, theirs.values).map((name) => labels[name] ?? name);
  return (
    <Alert
      variant="outline"
      color="var(--iw-warn)"
      role="alert"
      title={`${what} was changed while you edited it`}
    >
      <Stack gap="sm">
        <Text size="sm">
          Nothing was overwritten: what you have typed is still only here. The other one changed{' '}
          {others.length === 0 ? 'nothing that is shown here' : others.join(', ').toLowerCase()}.
        </Text>
        {conflicts.length > 0 && (
          <SmallTable
            label="Fields that both have changed"
            rows={conflicts}
            toId={({ name }) => name}
            columns={[
              { title: 'Field', render: ({ name }) => labels[name] ?? name },
              { title: 'Was', render: ({ before }) => <Value text={before} /> },
              { title: 'Is now', render: (conflict) => <Value text={conflict.theirs} /> },
              { title: 'Yours', render: (conflict) => <Value text={conflict.mine} /> },
            ]}
          />
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={edits.dropMine}>
            Drop mine, show what it is now
          </Button>
          <Button size="xs" variant="default" onClick={edits.keepMine}>
            Go on with mine on top of it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

const Value = ({ text }: { readonly text: string }): ReactElement =>
  text === '' ? <em>empty</em> : <SafeText text={text} max={300} />;
