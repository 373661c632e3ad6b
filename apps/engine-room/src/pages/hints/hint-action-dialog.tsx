import type { HintView } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import { removeHint, replaceHint } from '../../api/hint-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { HintImpact } from './hint-impact.tsx';
import { toStatedHint } from './read-hint.ts';
import { toHintName } from './hint-rows.ts';

export type HintVerb = 'retire' | 'enable' | 'delete' | 'restore';

interface Props {
  readonly hint: HintView;
  readonly verb: HintVerb;
  readonly onClose: () => void;
  readonly onRemoved: (isRestored: boolean) => void;
}

const words: Readonly<
  Record<HintVerb, { verb: string; explanation: string; done: string; confirmLabel: string }>
> = {
  retire: {
    verb: 'Retire',
    explanation: 'It is offered no more, and stays here with what came of it. It can be switched on again.',
    done: 'The hint is retired.',
    confirmLabel: 'Retire',
  },
  enable: {
    verb: 'Switch on',
    explanation: 'It is offered again, from the next failure on.',
    done: 'The hint is switched on.',
    confirmLabel: 'Switch on',
  },
  delete: {
    verb: 'Delete',
    explanation:
      'It goes for good; what its applications did stays with their jobs. To keep it and its numbers, retire it instead.',
    done: 'The hint is deleted.',
    confirmLabel: 'Delete',
  },
  restore: {
    verb: 'Put back',
    explanation: 'What people changed of this entry of the catalogue goes, and it is as it was shipped.',
    done: 'The hint is as it was shipped.',
    confirmLabel: 'Put back',
  },
};

/** Asks before a hint is switched off or on, or goes. The API takes no reason for any of these. */
export default function HintActionDialog({ hint, verb, onClose, onRemoved }: Props): ReactElement {
  const { verb: word, ...rest } = words[verb];
  const shared = {
    ...rest,
    title: `${word} ${nameHidden(toHintName(hint))}`.slice(0, 120),
    hasReason: false,
    onClose,
  };
  const turn = (isOn: boolean) =>
    replaceHint(hint.id, { ...toStatedHint(hint), enabled: isOn }, hint.revision);
  if (verb === 'retire' || verb === 'enable')
    return (
      <ConfirmAction {...shared} toCall={(_reason, isDryRun) => (isDryRun ? null : turn(verb === 'enable'))}>
        <HintImpact hint={hint} />
      </ConfirmAction>
    );
  return (
    <ConfirmAction
      {...shared}
      toCall={(_reason, isDryRun) => removeHint(hint.id, isDryRun)}
      renderImpact={(answer) => <HintImpact hint={answer.hint} />}
      onDone={() => onRemoved(verb === 'restore')}
    />
  );
}
