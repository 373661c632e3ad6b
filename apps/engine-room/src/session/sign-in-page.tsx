import type { SessionView } from '@ironwheel/contracts';
import { Button, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../api/call-api.ts';
import { openSession } from '../api/session-calls.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import classes from './sign-in-page.module.css';

interface Props {
  readonly onSignedIn: (session: SessionView) => void;
}

/** Takes a token and turns it into a session; the token itself is kept nowhere. */
export default function SignInPage({ onSignedIn }: Props): ReactElement {
  const [token, setToken] = useState('');
  const signIn = useMutation({
    mutationFn: (text: string) => callApi(openSession(text)),
    onSuccess: onSignedIn,
  });
  useEffect(() => {
    document.title = 'Sign in – Ironwheel';
  }, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') signIn.mutate(token.trim());
  };
  return (
    <main className={classes.page}>
      <Paper withBorder p="xl" w="100%" maw={440}>
        <form onSubmit={submit}>
          <Stack>
            <div>
              <Text size="sm" c="dimmed">
                Ironwheel
              </Text>
              <Title order={1} size="h2">
                Engine Room
              </Title>
            </div>
            <PasswordInput
              label="Token"
              description="A token of the role viewer, operator or admin."
              autoComplete="current-password"
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
              data-autofocus
              autoFocus
            />
            {signIn.error !== null && <ErrorNotice what="Signing in" error={signIn.error} />}
            <Button type="submit" loading={signIn.isPending} disabled={token.trim() === ''}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              The controller printed the administrator’s token at its first start and keeps it in{' '}
              <Code>admin-token</Code> of its data directory. An administrator makes others with{' '}
              <Code>ironwheel token create</Code>.
            </Text>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
