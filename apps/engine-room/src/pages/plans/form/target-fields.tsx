import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { readConfig } from '../../../api/settings-calls.ts';
import { useLiveQuery } from '../../../live/use-live-query.ts';
import type { FieldsProps } from './fields-props.ts';
import classes from './form.module.css';

/** Interpreter and platform; empty: those of the controller. */
export function TargetFields({ form, onChange, errorOf }: FieldsProps): ReactElement {
  const { data } = useLiveQuery(readConfig(), { topics: [] });
  const own = (value: string | undefined): string =>
    value === undefined ? 'Empty: the controller’s own.' : `Empty: the controller’s own, ${value}.`;
  return (
    <div className={classes.pair}>
      <TextInput
        label="Python"
        description={own(data?.target.python_version)}
        placeholder={data?.target.python_version ?? '3.12'}
        value={form.pythonVersion}
        onChange={(event) => onChange({ pythonVersion: event.currentTarget.value })}
        maxLength={20}
        error={errorOf('python_version')}
      />
      <TextInput
        label="Platform"
        description={own(data?.target.platform_tag)}
        placeholder={data?.target.platform_tag ?? 'manylinux_2_28_s390x'}
        value={form.platformTag}
        onChange={(event) => onChange({ platformTag: event.currentTarget.value })}
        maxLength={80}
        error={errorOf('platform_tag')}
      />
    </div>
  );
}
