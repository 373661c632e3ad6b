import { providerProfiles } from '@ironwheel/contracts';
import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { findTwice, joinLines, splitLines, type ProfileLine } from './profile-lines.ts';

interface Props {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
}

export const profileNames: Readonly<Record<(typeof providerProfiles)[number], string>> = {
  standard: 'standard: as usual',
  low_hit: 'low_hit: rarely',
  warmup: 'warmup: slowly at first',
};

/** The profile of each provider; one that is not named is standard. */
export function ProfileFields({ text, onText, error, isDisabled = false }: Props): ReactElement {
  const lines = splitLines(text);
  const twice = findTwice(text);
  const mistake = twice === null ? error : `${twice} stands there twice.`;
  const change = (index: number, part: Partial<ProfileLine>): void =>
    onText(joinLines(lines.map((line, at) => (at === index ? { ...line, ...part } : line))));
  return (
    <Stack gap="xs" component="fieldset" p={0} m={0} bd="none">
      <Text component="legend" size="sm" fw={600}>
        Profiles of providers
      </Text>
      <Text size="xs" c="dimmed">
        A provider is the host name of an index, a mirror or a registry. One that is not named is standard.
      </Text>
      {lines.map(({ host, profile }, index) => (
        <Group key={index} gap="xs" align="end">
          <TextInput
            size="xs"
            aria-label={`Provider ${index + 1}`}
            placeholder="files.example.org"
            value={host}
            onChange={(event) => change(index, { host: event.currentTarget.value.replaceAll('\n', '') })}
            maxLength={253}
            disabled={isDisabled}
            w={{ base: '100%', sm: 260 }}
          />
          <NativeSelect
            size="xs"
            aria-label={`Profile of provider ${index + 1}`}
            data={providerProfiles.map((value) => ({ value, label: profileNames[value] }))}
            value={profile}
            onChange={(event) => change(index, { profile: event.currentTarget.value })}
            disabled={isDisabled}
          />
          <Button
            size="xs"
            variant="default"
            disabled={isDisabled}
            aria-label={`Take away provider ${index + 1}`}
            onClick={() => onText(joinLines(lines.filter((_, at) => at !== index)))}
          >
            Take away
          </Button>
        </Group>
      ))}
      {mistake !== undefined && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {mistake}
        </Text>
      )}
      <div>
        <Button
          size="xs"
          variant="default"
          disabled={isDisabled}
          onClick={() => onText(joinLines([...lines, { host: '', profile: 'standard' }]))}
        >
          Add a provider
        </Button>
      </div>
    </Stack>
  );
}
