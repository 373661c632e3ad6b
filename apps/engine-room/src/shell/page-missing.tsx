import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { SafeText } from '../parts/safe-text.tsx';
import { firstPage } from '../pages.ts';

export function PageMissing(): ReactElement {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <Stack gap="xs">
      <Title order={1} size="h2">
        There is no such page
      </Title>
      <Text>
        <SafeText text={path} max={200} /> leads nowhere.{' '}
        <Anchor renderRoot={(props) => <Link to={firstPage} {...props} />}>Go to the overview</Anchor>, or
        search with Ctrl K.
      </Text>
    </Stack>
  );
}
