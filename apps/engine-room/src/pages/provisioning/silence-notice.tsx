import type { BundleView, ServerView } from '@ironwheel/contracts';
import { Alert, List, Loader, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useNow } from '../../live/use-now.ts';
import { writeAge } from '../../parts/write-time.ts';
import { findWaiting, silenceMs } from './find-reasons.ts';

interface Props {
  readonly server: ServerView;
  readonly bundle: BundleView | null;
}

/** What is waited for, and after 30 s of silence why it may not come. */
export function SilenceNotice({ server, bundle }: Props): ReactElement | null {
  const now = useNow();
  // Links and heartbeats have no time of their own here: what changed is news of now.
  const state = `${server.link_state} ${server.process_state} ${server.heartbeat_state}`;
  const [last, setLast] = useState({ state, atMs: 0 });
  if (last.state !== state) setLast({ state, atMs: now });
  const waiting = findWaiting(bundle, server, last.atMs);
  if (waiting === null) return null;
  const silentMs = Math.max(0, now - waiting.sinceMs);
  if (silentMs < silenceMs) {
    return (
      <Text size="sm" component="div" role="status">
        <Loader size="xs" aria-hidden /> Waiting for {waiting.what}.
      </Text>
    );
  }
  return (
    <Alert
      variant="outline"
      color="var(--iw-warn)"
      role="status"
      title={`Still waiting for ${waiting.what}, for ${writeAge(silentMs)}`}
    >
      <Text size="sm">Likely reasons:</Text>
      <List size="sm" type="ordered">
        {waiting.reasons.map((reason) => (
          <List.Item key={reason}>{reason}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
