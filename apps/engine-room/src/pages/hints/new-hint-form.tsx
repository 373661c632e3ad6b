import type { StatedHint } from '@ironwheel/contracts';
import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { createHint } from '../../api/hint-calls.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { LeaveGuard } from '../../parts/edits/index.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { showToast } from '../../parts/toasts.ts';
import { useBar } from '../../session/may.ts';
import HintBench from './hint-bench.tsx';
import { HintFields } from './hint-fields.tsx';
import { readHint, toDraftValues, type HintValues } from './hint-form.ts';
import { useHintForm } from './use-hint-form.ts';

interface Props {
  readonly start: HintValues;
  /** It began with a suggestion, which the hint then says of itself. */
  readonly isSuggested: boolean;
  readonly attemptId: string;
}

export function NewHintForm({ start, isSuggested, attemptId }: Props): ReactElement {
  const [values, setValues] = useState(start);
  const [source, setSource] = useState<'operator' | 'suggested'>(isSuggested ? 'suggested' : 'operator');
  const [isSaved, setSaved] = useState(false);
  const bar = useBar('operator');
  const client = useQueryClient();
  const navigate = useNavigate();
  const read = readHint(values);
  const form = useHintForm(values, read);
  const create = useMutation({
    mutationFn: (hint: StatedHint) =>
      callApi({ ...createHint(hint, source), idempotencyKey: newIdempotencyKey() }),
    onSuccess: async ({ id }) => {
      setSaved(true);
      showToast('The hint was made.');
      await navigate({ to: `/hints/${id}`, ignoreBlocker: true });
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
    onError: form.refuse,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (bar === null && form.ask() && read.hint !== null) create.mutate(read.hint);
  };
  return (
    <>
      <Panel title="The hint">
        <form ref={form.place} onSubmit={submit} noValidate aria-label="New hint">
          <Stack>
            <HintFields
              form={{
                values,
                set: (name, value) => setValues((before) => ({ ...before, [name]: value })),
                errors: form.errors,
                isLocked: bar !== null,
              }}
              hasSwitch
            />
            {create.error !== null && <ErrorNotice what="Making the hint" error={create.error} />}
            <Group justify="flex-end">
              <Button type="submit" disabled={bar !== null} loading={create.isPending}>
                Make the hint
              </Button>
            </Group>
          </Stack>
        </form>
        <LeaveGuard isDirty={values !== start && !isSaved && bar === null} />
      </Panel>
      <HintBench
        attemptId={attemptId}
        draft={read}
        packageName={values.package}
        onRefused={form.refuse}
        {...(bar === null
          ? {
              onTake: (draft) => {
                setSource('suggested');
                setValues((before) => ({ ...toDraftValues(draft), package: before.package }));
              },
            }
          : {})}
      />
    </>
  );
}
