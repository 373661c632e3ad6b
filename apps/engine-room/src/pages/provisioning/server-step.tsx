import { Stack } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { Panel } from '../../parts/panel.tsx';
import { AddServerForm } from './add-server-form.tsx';
import { SelectServer } from './select-server.tsx';

/** Step 1: a new server, or one that there is. */
export function ServerStep({ onChosen }: { readonly onChosen: (id: string) => void }): ReactElement {
  const { begin = 'add' }: { begin?: string } = useSearch({ strict: false });
  const isSelect = begin === 'select';
  return (
    <Panel title="Which server is it?">
      <FilterLinks
        label="Add or select"
        name="begin"
        chosen={isSelect ? 'select' : ''}
        choices={[
          { value: '', label: 'Add a new server' },
          { value: 'select', label: 'Select a server' },
        ]}
        isAlone
      />
      <Stack>{isSelect ? <SelectServer onChosen={onChosen} /> : <AddServerForm onChosen={onChosen} />}</Stack>
    </Panel>
  );
}
