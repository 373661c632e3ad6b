import { Button, Group, Loader, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { listRecent } from '../../api/overview-calls.ts';
import { findTraceCall } from '../../api/worker-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { Panel } from '../../parts/panel.tsx';
import { DecisionTrace } from './decision-trace.tsx';

/** How a decision came about: by its id, or that of an attempt or a job. The id stands in the address. */
export function DecisionTraceExplorer(): ReactElement {
  const { trace: asked = '' }: { trace?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const ask = (id: string): void => {
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, trace: id === '' ? undefined : id }),
      resetScroll: false,
    });
  };
  return (
    <Panel title="Why was it decided so?">
      <Stack gap="sm">
        <TraceForm key={asked} asked={asked} onAsk={ask} />
        {asked !== '' && <Traces id={asked} />}
      </Stack>
    </Panel>
  );
}

interface FormProps {
  readonly asked: string;
  readonly onAsk: (id: string) => void;
}

function TraceForm({ asked, onAsk }: FormProps): ReactElement {
  const [text, setText] = useState(asked);
  const { data } = useLiveQuery(listRecent({ status: 'failed', limit: 20 }), { topics: ['history'] });
  const failures = (data?.items ?? []).flatMap(({ name, version, metadata }) =>
    typeof metadata['attempt_id'] === 'string'
      ? [{ value: metadata['attempt_id'], label: nameHidden(`${name} ${version}`.slice(0, 80)) }]
      : [],
  );
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onAsk(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs">
        <TextInput
          label="Id of a decision, an attempt or a job"
          placeholder="att_…"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={60}
          w={{ base: '100%', sm: '26rem' }}
        />
        <Button type="submit" variant="default">
          Show
        </Button>
        {failures.length > 0 && (
          <NativeSelect
            label="Or one of the latest failures"
            value=""
            onChange={(event) => onAsk(event.currentTarget.value)}
            data={[{ value: '', label: 'Choose…' }, ...failures]}
            w={{ base: '100%', sm: 'auto' }}
          />
        )}
      </Group>
    </form>
  );
}

function Traces({ id }: { readonly id: string }): ReactElement {
  const call = findTraceCall(id);
  if (call === null)
    return <Text>This is not the id of a decision (dec_…), an attempt (att_…) or a job (job_…).</Text>;
  return <TraceList id={id} call={call} />;
}

interface ListProps {
  readonly id: string;
  readonly call: NonNullable<ReturnType<typeof findTraceCall>>;
}

function TraceList({ id, call }: ListProps): ReactElement {
  const { data, error, refetch } = useLiveQuery(call, { topics: ['attempts', 'jobs'] });
  if (error !== null)
    return <ErrorNotice what="Reading the trace" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loader size="sm" aria-label="Reading the trace" />;
  if (data.items.length === 0) return <Text>Nothing was decided about {id} yet.</Text>;
  return (
    <>
      {data.items.map((decision) => (
        <DecisionTrace key={decision.decision_id} decision={decision} />
      ))}
    </>
  );
}
