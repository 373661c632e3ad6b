import { Button, Group } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { nameHidden } from '../../../parts/hidden-characters.ts';
import type { Shown } from './use-shown.ts';

interface Props {
  readonly chosenId: string | null;
  readonly focus: string | null;
  readonly shown: Shown;
  readonly openedCount: number;
  readonly onFold: () => void;
}

/** What changes which packages are shown. */
export function GraphNews({ chosenId, focus, shown, openedCount, onFold }: Props): ReactElement {
  const navigate = useNavigate();
  const look = (id: string | undefined): void =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, focus: id }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Group gap="xs" mb="xs" mih={24} role="status">
      {chosenId !== null && chosenId !== focus && (
        <Button size="compact-xs" variant="default" onClick={() => look(chosenId)}>
          {`Look around ${nameHidden(chosenId.slice(0, 60))}`}
        </Button>
      )}
      {focus !== null && (
        <Button size="compact-xs" variant="default" onClick={() => look(undefined)}>
          Show the whole plan again
        </Button>
      )}
      {openedCount > 0 && (
        <Button size="compact-xs" variant="default" onClick={onFold}>
          Fold again what was opened
        </Button>
      )}
      {shown.isOld && (
        <Button size="compact-xs" variant="default" onClick={shown.showNow}>
          Jobs went on: draw the graph anew
        </Button>
      )}
    </Group>
  );
}
