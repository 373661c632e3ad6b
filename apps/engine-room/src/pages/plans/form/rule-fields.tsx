import { Checkbox, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { PoolSelect } from '../../../parts/pool-select.tsx';
import type { FieldsProps } from './fields-props.ts';
import { flagTexts, nameTexts, strategyTexts } from './field-texts.ts';
import { LineField } from './line-field.tsx';
import { planFlags } from './plan-form.ts';
import classes from './form.module.css';

/** How versions are chosen, and what may be built. */
export function RuleFields({ form, onChange, errorOf, linesOf }: FieldsProps): ReactElement {
  return (
    <Stack>
      <NativeSelect
        label="Which versions"
        data={strategyTexts}
        value={form.strategy}
        onChange={(event) => onChange({ strategy: event.currentTarget.value })}
        error={errorOf('strategy')}
      />
      <div className={classes.flags}>
        {planFlags
          .filter((flag) => flag !== 'enqueue')
          .map((flag) => (
            <Checkbox
              key={flag}
              label={flagTexts[flag].label}
              description={flagTexts[flag].description}
              checked={form.flags.includes(flag)}
              onChange={(event) => {
                const rest = form.flags.filter((one) => one !== flag);
                onChange({ flags: event.currentTarget.checked ? [...rest, flag] : rest });
              }}
            />
          ))}
      </div>
      <div className={classes.pair}>
        {nameTexts.map(({ name, field, label, description, placeholder }) => (
          <TextInput
            key={name}
            label={label}
            description={description}
            placeholder={placeholder}
            value={form[name]}
            onChange={(event) => onChange({ [name]: event.currentTarget.value })}
            error={errorOf(field)}
          />
        ))}
      </div>
      <LineField
        label="Constraints"
        description="Lines that bound versions and ask for nothing."
        text={form.constraints}
        onText={(constraints) => onChange({ constraints })}
        problems={linesOf('constraints')}
        error={errorOf('constraints')}
        rows={3}
        placeholder="numpy<2"
      />
      <LineField
        label="Overrides"
        description="Lines that replace every requirement on their project, wherever it stands."
        text={form.overrides}
        onText={(overrides) => onChange({ overrides })}
        problems={linesOf('overrides')}
        error={errorOf('overrides')}
        rows={3}
        placeholder="protobuf==4.25.5"
      />
      <Textarea
        label="Stated of packages"
        description="JSON by project: source, version, excluded, metadata, build_requires, where the files of a package are silent or wrong."
        placeholder='{"flask-limiter": {"metadata": {"requires_dist": ["limits>=3.13"]}}}'
        value={form.packages}
        onChange={(event) => onChange({ packages: event.currentTarget.value })}
        error={errorOf('packages')}
        rows={3}
      />
      <div className={classes.pair}>
        <PoolSelect
          value={form.pool}
          onChange={(pool) => onChange({ pool })}
          canBeNone="The default pool"
          error={errorOf('pool')}
        />
        <TextInput
          label="Priority"
          description="From −1000 to 1000; usual is 0."
          value={form.priority}
          onChange={(event) => onChange({ priority: event.currentTarget.value })}
          inputMode="numeric"
          error={errorOf('priority')}
        />
      </div>
    </Stack>
  );
}
