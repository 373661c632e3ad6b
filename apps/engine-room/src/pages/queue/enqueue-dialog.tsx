import { Group, NumberInput, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { enqueueWheel } from '../../api/job-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';

interface Props {
  readonly onClose: () => void;
  readonly name?: string;
  readonly version?: string;
}

/** One wheel by hand, without its dependencies; a plan is the way for more. */
export default function EnqueueDialog({ onClose, name = '', version = '' }: Props): ReactElement {
  const [wish, setWish] = useState({ name, version, python: '', platform: '', priority: 0 });
  const change = (part: Partial<typeof wish>): void => setWish((before) => ({ ...before, ...part }));
  const named = { package: wish.name.trim(), version: wish.version.trim() };
  return (
    <ConfirmAction
      title="Enqueue a wheel"
      explanation="Builds one wheel by hand. What it needs is not planned; for that, make a plan of requirements."
      confirmLabel="Enqueue"
      hasReason={false}
      done={`${nameHidden(named.package)} ${nameHidden(named.version)} is wanted.`}
      toCall={(_reason, isDryRun) =>
        isDryRun
          ? null
          : enqueueWheel({
              ...named,
              ...(wish.python.trim() === '' ? {} : { python_tag: wish.python.trim() }),
              ...(wish.platform.trim() === '' ? {} : { platform_tag: wish.platform.trim() }),
              ...(wish.priority === 0 ? {} : { priority: wish.priority }),
            })
      }
      onClose={onClose}
    >
      <Group grow align="start">
        <TextInput
          label="Package"
          value={wish.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          maxLength={200}
          required
          data-autofocus
        />
        <TextInput
          label="Version"
          value={wish.version}
          onChange={(event) => change({ version: event.currentTarget.value })}
          maxLength={100}
          required
        />
      </Group>
      <Group grow align="start">
        <TextInput
          label="Python tag"
          placeholder="cp312"
          description="Empty: the controller’s own target."
          value={wish.python}
          onChange={(event) => change({ python: event.currentTarget.value })}
          maxLength={40}
        />
        <TextInput
          label="Platform tag"
          placeholder="manylinux_2_28_s390x"
          description="Empty: the controller’s own target."
          value={wish.platform}
          onChange={(event) => change({ platform: event.currentTarget.value })}
          maxLength={80}
        />
      </Group>
      <NumberInput
        label="Priority"
        value={wish.priority}
        onChange={(value) => change({ priority: Number(value) || 0 })}
        min={-1000}
        max={1000}
        allowDecimal={false}
      />
    </ConfirmAction>
  );
}
