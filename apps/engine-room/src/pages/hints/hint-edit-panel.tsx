import type { HintView, StatedHint } from '@ironwheel/contracts';
import { Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement, SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { getHint, replaceHint } from '../../api/hint-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import {
  EditConflict,
  findWhyNotSaved,
  isConflict,
  LeaveGuard,
  SaveBar,
  useEdits,
} from '../../parts/edits/index.ts';
import { Panel } from '../../parts/panel.tsx';
import { showToast } from '../../parts/toasts.ts';
import { useBar } from '../../session/may.ts';
import HintBench from './hint-bench.tsx';
import { HintFields } from './hint-fields.tsx';
import { hintFields, toReadHint } from './hint-values.ts';
import { readHint } from './read-hint.ts';
import { useHintForm } from './use-hint-form.ts';

interface Props {
  readonly hint: HintView;
  /** Reads it anew. */
  readonly onRead: () => unknown;
}

/** Changes a hint, and tries it while it is changed. Who saves on top of another's change is told so and overwrites nothing. */
export default function HintEditPanel({ hint, onRead }: Props): ReactElement {
  const edits = useEdits(toReadHint(hint));
  const { mine, changed, base } = edits;
  const read = readHint(mine, { hint, changed });
  const form = useHintForm(read);
  const bar = useBar('operator');
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (stated: StatedHint) => callApi(replaceHint(hint.id, stated, base.revision)),
    onSuccess: async (saved) => {
      edits.accept(toReadHint(saved));
      showToast('The hint was saved.');
      client.setQueryData(toQueryKey(getHint(hint.id)), saved);
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
    onError: (error, sent) => {
      form.refuse(error, sent);
      if (isConflict(error)) void onRead();
    },
  });
  // An entry of the catalogue that was put back has the revision 0.
  const isPutBack = hint.revision < base.revision && save.data?.revision !== base.revision;
  const why =
    bar === null && isPutBack
      ? 'It was put back to what was shipped meanwhile; revert to see it.'
      : findWhyNotSaved(edits, bar, false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (why === null && form.ask() && read.hint !== null) save.mutate(read.hint);
  };
  const isLocked = bar !== null;
  return (
    <>
      <Panel title="Edit">
        <form ref={form.place} onSubmit={submit} noValidate aria-label="Edit the hint">
          <Stack>
            <EditConflict what="This hint" edits={edits} labels={hintFields} />
            <HintFields form={{ values: mine, set: edits.set, errors: form.errors, isLocked }} />
            <SaveBar
              what="Saving the hint"
              error={save.error}
              why={why}
              onRevert={edits.dropMine}
              isChanged={changed.length > 0 || isPutBack}
              isLocked={isLocked}
              isSaving={save.isPending}
            />
          </Stack>
        </form>
        <LeaveGuard isDirty={changed.length > 0 && !isLocked} />
      </Panel>
      <HintBench
        draft={changed.length === 0 ? null : read}
        ownId={hint.id}
        packageName={mine.package}
        onRefused={form.refuse}
      />
    </>
  );
}
