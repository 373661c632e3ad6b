import { Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState, type ReactElement, type SubmitEvent } from 'react';
import { ApiError } from '../../../api/api-error.ts';
import { findLink } from '../../../app/links.ts';
import { LeaveGuard } from '../../../parts/edits/index.ts';
import { PageHeader } from '../../../parts/page-header.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { showToast } from '../../../parts/toasts.ts';
import { useBar } from '../../../session/may.ts';
import { ComputeBar } from './compute-bar.tsx';
import type { FieldsProps } from './fields-props.ts';
import { InputChoice } from './input-choice.tsx';
import { LineField } from './line-field.tsx';
import { PlanFailure } from './plan-failure.tsx';
import {
  asksForNothing,
  checkForm,
  emptyForm,
  hasProblems,
  sortProblems,
  toBody,
  type PlanForm,
} from './plan-form.ts';
import { RuleFields } from './rule-fields.tsx';
import { TargetFields } from './target-fields.tsx';
import { useCompute } from './use-compute.ts';

/** Has a plan made of requirements and files. What was typed stays, whatever comes of it. */
export default function NewPlanPage(): ReactElement {
  const { inputs }: { inputs?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const bar = useBar('operator');
  const [form, setForm] = useState(emptyForm);
  const [isMade, setMade] = useState(false);
  const compute = useCompute((plan) => {
    setMade(true);
    showToast(
      plan.state === 'planned' ? 'The plan is made.' : 'The plan is made, and its wheels are wanted.',
    );
    const path = findLink('run', plan.run_id);
    if (path !== null) void navigate({ to: path, ignoreBlocker: true });
  });
  const onChange = (change: Partial<PlanForm>): void => setForm((before) => ({ ...before, ...change }));
  const onInputs = useCallback(
    (change: (before: readonly string[]) => readonly string[]) =>
      setForm((before) => ({ ...before, inputIds: change(before.inputIds) })),
    [],
  );
  const own = checkForm(form);
  const theirs = sortProblems(compute.error instanceof ApiError ? compute.error.issues : []);
  const fields: FieldsProps = {
    form,
    onChange,
    errorOf: (field) => (own.fields[field] ?? theirs.fields[field])?.join(' '),
    linesOf: (field) => own.lines[field] ?? theirs.lines[field] ?? [],
  };
  const why = asksForNothing(form)
    ? 'Name requirements, or choose files.'
    : hasProblems(own)
      ? 'Some fields do not fit yet.'
      : null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (bar === null && why === null) compute.start(toBody(form));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw="64rem">
        <PageHeader title="New plan" />
        <LeaveGuard isDirty={!isMade && JSON.stringify(toBody(form)) !== '{}'} />
        <Panel title="What is to be installed">
          <LineField
            label="Requirements"
            description="One a line, as in a requirements file: lxml>=5, jupyter[test]; python_version < '3.13'."
            text={form.requirements}
            onText={(requirements) => onChange({ requirements })}
            problems={fields.linesOf('requirements')}
            error={fields.errorOf('requirements')}
            rows={7}
            placeholder="jupyter"
          />
        </Panel>
        <InputChoice
          chosen={form.inputIds}
          onChange={onInputs}
          takesPending={inputs === 'pending'}
          error={fields.errorOf('input_ids')}
        />
        <Panel title="For which target">
          <TargetFields {...fields} />
        </Panel>
        <Panel title="How it is planned">
          <RuleFields {...fields} />
        </Panel>
        {compute.error !== null && <PlanFailure error={compute.error} problems={theirs} />}
        <ComputeBar form={form} onChange={onChange} compute={compute} bar={bar} why={why} />
      </Stack>
    </form>
  );
}
