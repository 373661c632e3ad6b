import type { InputView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { deleteInput } from '../../api/input-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { writeBytes } from '../../parts/write-bytes.ts';
import { kindNames } from './kind-names.ts';

interface Props {
  readonly input: InputView;
  readonly onClose: () => void;
}

export default function DeleteInputDialog({ input, onClose }: Props): ReactElement {
  const name = nameHidden(input.filename);
  return (
    <ConfirmAction
      title={`Delete ${name}`}
      explanation="The file goes, and no plan can be made of it any more. It can be handed in again."
      confirmLabel="Delete"
      hasReason={false}
      done={`${name} is deleted.`}
      toCall={(_reason, isDryRun) => deleteInput(input.input_id, isDryRun)}
      renderImpact={({ input: gone }) => (
        <Text size="sm">
          One file would go: {kindNames[gone.kind]}, {writeBytes(gone.size)}. No plan has used it.
        </Text>
      )}
      onClose={onClose}
    />
  );
}
