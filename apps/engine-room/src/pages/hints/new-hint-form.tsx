import type { StatedHint } from '@ironwheel/contracts';
import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { createHint } from '../../api/hint-calls.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { LeaveGuard, listChanged } from '../../parts/edits/index.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { showToast } from '../../parts/toasts.ts';
import { useBar } from '../../session/may.ts';
import { fillUntouched } from './fill-untouched.ts';
import HintBench from './hint-bench.tsx';
import { HintFields } from './hint-fields.tsx';
import type { HintValues } from './hint-values.ts';
import { readHint } from './read-hint.ts';
import { useHintForm } from './use-hint-form.ts';

interface Props {
  readonly start: HintValues;
  /** It began with a suggestion, which the hint then says of itself. */
  readonly isSuggested: boolean;
  readonly attemptId: string;
}

interface Making {
  readonly hint: StatedHint;
  readonly values: HintValues;
  readonly key: string;
}

export function NewHintForm({ start, isSuggested, attemptId }: Props): ReactElement {
  const [filled, setFilled] = useState({ given: start, values: start });
  const { given, values } = filled;
  const [source, setSource] = useState<'operator' | 'suggested'>(isSuggested ? 'suggested' : 'operator');
  const [isSaved, setSaved] = useState(false);
  const bar = useBar('operator');
  const client = useQueryClient();
  const navigate = useNavigate();
  const read = readHint(values);
  const form = useHintForm(read);
  const create = useMutation({
    mutationFn: ({ hint, key }: Making) => callApi({ ...createHint(hint, source), idempotencyKey: key }),
    onSuccess: async ({ id }) => {
      setSaved(true);
      showToast('The hint was made.');
      await navigate({ to: `/hints/${id}`, ignoreBlocker: true });
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
    onError: (error, { hint }) => form.refuse(error, hint),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (bar !== null || !form.ask() || read.hint === null) return;
    const before = create.variables;
    // A lost answer to the same values makes no second hint.
    const key = before?.values === values ? before.key : newIdempotencyKey();
    create.mutate({ hint: read.hint, values, key });
  };
  return (
    <>
      <Panel title="The hint">
        <form ref={form.place} onSubmit={submit} noValidate aria-label="New hint">
          <Stack>
            <HintFields
              form={{
                values,
                set: (name, value) =>
                  setFilled((before) => ({ ...before, values: { ...before.values, [name]: value } })),
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
        <LeaveGuard isDirty={listChanged(given, values).length > 0 && !isSaved && bar === null} />
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
                setFilled((before) => fillUntouched(before, draft));
              },
            }
          : {})}
      />
    </>
  );
}
