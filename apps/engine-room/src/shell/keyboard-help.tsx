import { Kbd, Switch, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { useShortcutSettings } from './shortcuts-context.ts';

interface Props {
  readonly onClose: () => void;
}

/** Every key that does something on this page. */
export default function KeyboardHelp({ onClose }: Props): ReactElement {
  const { areOn, setOn, list } = useShortcutSettings();
  const shortcuts = list();
  return (
    <Dialog isOpen onClose={onClose} title="Keys">
      <Switch
        label="Single-key shortcuts"
        description="Off: only Ctrl K works, and keys are left to whatever else listens to them."
        checked={areOn}
        onChange={(event) => setOn(event.currentTarget.checked)}
        mb="md"
      />
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Keys</Table.Th>
            <Table.Th>What they do</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>
              <Kbd>Ctrl</Kbd> <Kbd>K</Kbd>
            </Table.Td>
            <Table.Td>Search</Table.Td>
          </Table.Tr>
          {shortcuts.map(({ keys, label }) => (
            <Table.Tr key={keys}>
              <Table.Td>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{label}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
