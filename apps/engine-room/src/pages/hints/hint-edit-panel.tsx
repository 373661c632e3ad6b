import type { HintView } from '@ironwheel/contracts';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement, SubmitEvent } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { callApi } from '../../api/call-api.ts';
import { getHint, replaceHint } from '../../api/hint-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { EditConflict, LeaveGuard, useEdits } from '../../parts/edits/index.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { showToast } from '../../parts/toasts.ts';
import { useBar } from '../../session/may.ts';
import HintBench from './hint-bench.tsx';
import { HintFields } from './hint-fields.tsx';
import { hintFields, readHint, toReadHint, toStatedHint } from './hint-form.ts';
import { useHintForm } from './use-hint-form.ts';

interface Props {
  readonly hint: HintView;
  /** Reads it anew. */
  readonly onRead: () => unknown;
}

/** Changes a hint, and tries it while it is changed. Who saves on top of another's change is told so and overwrites nothing. */
export default function HintEditPanel({ hint, onRead }: Props): ReactElement {
  const edits = useEdits(toReadHint(hint));
  const { mine, changed, theirs, base } = edits;
  const read = readHint(mine, { hint, changed });
  const form = useHintForm(mine, read);
  const bar = useBar('operator');
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => callApi(replaceHint(hint.id, read.hint ?? toStatedHint(hint), base.revision)),
    onSuccess: async (saved) => {
      edits.accept(toReadHint(saved));
      showToast('The hint was saved.');
      client.setQueryData(toQueryKey(getHint(hint.id)), saved);
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
    onError: (error) => {
      form.refuse(error);
      if (isConflict(error)) void onRead();
    },
  });
  // An entry of the catalogue that was put back counts anew from 0.
  const isPutBack = hint.revision < base.revision && save.data?.revision !== base.revision;
  const why =
    bar ??
    (theirs === null ? null : 'Choose first what becomes of the two changes.') ??
    (isPutBack ? 'It was put back to what was shipped meanwhile; revert to see it.' : null) ??
    (changed.length === 0 ? 'Nothing was changed.' : null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (why === null && form.ask()) save.mutate();
  };
  const isLocked = bar !== null;
  return (
    <>
      <Panel title="Edit">
        <form ref={form.place} onSubmit={submit} noValidate aria-label="Edit the hint">
          <Stack>
            <EditConflict what="This hint" edits={edits} labels={hintFields} />
            <HintFields form={{ values: mine, set: edits.set, errors: form.errors, isLocked }} />
            {save.error !== null && !isConflict(save.error) && (
              <ErrorNotice what="Saving the hint" error={save.error} />
            )}
            <Group justify="flex-end" gap="sm">
              {why !== null && (
                <Text size="sm" c="dimmed">
                  {why}
                </Text>
              )}
              <Button
                variant="default"
                onClick={edits.dropMine}
                disabled={(changed.length === 0 && !isPutBack) || isLocked}
              >
                Revert
              </Button>
              <Button type="submit" disabled={why !== null} loading={save.isPending}>
                Save
              </Button>
            </Group>
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

const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'REVISION_CONFLICT';
