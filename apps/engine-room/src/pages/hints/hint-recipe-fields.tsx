import { recipeRepositories } from '@ironwheel/contracts';
import { Checkbox, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { FieldGroup, LineField, LinesField, type HintFieldsProps } from './hint-field.tsx';
import { readWords } from './line-pairs.ts';
import classes from './hints.module.css';

const rare = ['repositories', 'toolchain', 'config_settings', 'patch'] as const;

/** What the next attempt is given. */
export function HintRecipeFields({ form }: { readonly form: HintFieldsProps }): ReactElement {
  const isOpen = rare.some((name) => form.values[name] !== '' || form.errors[name] !== undefined);
  return (
    <FieldGroup title="What it does" error={form.errors['recipes']}>
      <div className={classes.columns}>
        <LinesField form={form} name="apt" placeholder="libssl-dev" description="Where the image has apt." />
        <LinesField
          form={form}
          name="dnf"
          placeholder="openssl-devel"
          description="Where it has dnf; also pkgconfig(openssl)."
        />
        <LinesField
          form={form}
          name="env"
          placeholder="NAME=value"
          description="One NAME=value a line; CFLAGS and its like add up, {version} is the job’s."
        />
        <LinesField
          form={form}
          name="build_requires"
          placeholder="setuptools<80"
          description="In place of those of the same name, or added; one a line."
        />
        <LinesField
          form={form}
          name="build_constraints"
          placeholder="numpy<2"
          description="Caps the versions of all build requirements; one a line."
        />
      </div>
      <details className={classes.more} open={isOpen || undefined}>
        <summary>Repositories, toolchain, config settings, patch</summary>
        <Stack gap="sm" pt="xs">
          <Repositories form={form} />
          <LineField
            form={form}
            name="toolchain"
            placeholder="gcc-14 rust"
            description="Compilers newer than the image’s own."
          />
          <LinesField
            form={form}
            name="config_settings"
            placeholder="setup-args=-Dblas=openblas"
            description="Of PEP 517; one NAME=value a line."
          />
          <LinesField
            form={form}
            name="patch"
            description="A unified diff against the root of the source, applied before anything of it is read."
          />
        </Stack>
      </details>
    </FieldGroup>
  );
}

const repositoryWords: Readonly<Record<(typeof recipeRepositories)[number], string>> = {
  crb: 'crb (dnf)',
  epel: 'epel (dnf)',
  backports: 'backports (apt)',
};

function Repositories({ form }: { readonly form: HintFieldsProps }): ReactElement {
  const chosen = new Set(readWords(form.values.repositories));
  const toggle = (name: string): void => {
    chosen[chosen.has(name) ? 'delete' : 'add'](name);
    form.set('repositories', recipeRepositories.filter((one) => chosen.has(one)).join(' '));
  };
  return (
    <Stack component="fieldset" gap={4} p={0} m={0} bd="none">
      <Text component="legend" size="sm" fw={500} p={0}>
        Repositories switched on first
      </Text>
      <Group gap="md">
        {recipeRepositories.map((name) => (
          <Checkbox
            key={name}
            size="xs"
            label={repositoryWords[name]}
            checked={chosen.has(name)}
            onChange={() => toggle(name)}
            disabled={form.isLocked}
          />
        ))}
      </Group>
    </Stack>
  );
}
