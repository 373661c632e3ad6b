import type { InputView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { RowAction } from '../../parts/row-action.tsx';
import { useBar } from '../../session/may.ts';

const DeleteInputDialog = lazy(() => import('./delete-input-dialog.tsx'));

/** Takes away a file that no plan has used. */
export function InputDelete({ input }: { readonly input: InputView }): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('operator');
  const used = input.run_id === null ? null : 'A plan rests on it; it stays.';
  return (
    <>
      <RowAction
        bar={bar ?? used}
        label={`Delete ${nameHidden(input.filename)}`}
        onClick={() => setAsked(true)}
      >
        Delete
      </RowAction>
      <Suspense>{isAsked && <DeleteInputDialog input={input} onClose={() => setAsked(false)} />}</Suspense>
    </>
  );
}
