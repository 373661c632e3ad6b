import { hintLogClasses } from '@ironwheel/contracts';
import { Checkbox, NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { FieldGroup, LineField, LinesField, type HintFieldsProps } from './hint-field.tsx';
import { hintFields } from './hint-values.ts';
import { HintRecipeFields } from './hint-recipe-fields.tsx';
import { HintTestsField } from './hint-tests-field.tsx';
import classes from './hints.module.css';

interface Props {
  readonly form: HintFieldsProps;
  /** Where a hint is switched on and off by a deed of its own, the form has no field for it. */
  readonly hasSwitch?: boolean;
}

/** Everything that a person can say of a hint. */
export function HintFields({ form, hasSwitch = false }: Props): ReactElement {
  return (
    <>
      <FieldGroup title="When it is offered">
        <LinesField
          form={form}
          name="patterns"
          placeholder="fatal error: foo\.h"
          description="RE2, one a line; one of them has to match a line of the first error block. None: the hint stands, for every build of its package."
        />
        <div className={classes.columns}>
          <LineField
            form={form}
            name="alongside"
            description="Some line of the same block has to match this too."
          />
          <NativeSelect
            label={hintFields.answers}
            description="Where other hints keep still, since no package helps."
            data={[{ value: '', label: 'nothing of the kind' }, ...hintLogClasses]}
            value={form.values.answers}
            onChange={(event) => form.set('answers', event.currentTarget.value)}
            disabled={form.isLocked}
            error={form.errors['answers']}
          />
        </div>
      </FieldGroup>
      <FieldGroup title="For which builds">
        <div className={classes.columns}>
          <LineField form={form} name="package" description="Empty: for every package." />
          <LineField
            form={form}
            name="specifier"
            placeholder=">=2,<3"
            description="PEP 440. Empty: all of them."
          />
        </div>
      </FieldGroup>
      <HintRecipeFields form={form} />
      <HintTestsField form={form} />
      <FieldGroup title="For people">
        <LinesField form={form} name="note" isProse description="Its first line is the name of the hint." />
        <div className={classes.columns}>
          <LineField
            form={form}
            name="expires_at"
            isTime
            description="In the time zone of this browser. Empty: never."
          />
          {hasSwitch && (
            <Checkbox
              label={hintFields.enabled}
              description="Else it is kept and not offered."
              checked={form.values.enabled !== ''}
              onChange={(event) => form.set('enabled', event.currentTarget.checked ? 'yes' : '')}
              disabled={form.isLocked}
            />
          )}
        </div>
      </FieldGroup>
    </>
  );
}
