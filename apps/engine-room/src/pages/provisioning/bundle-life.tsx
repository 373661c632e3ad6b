import type { BundleView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useNow } from '../../live/use-now.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Age, Time } from '../../parts/time.tsx';
import classes from './provisioning.module.css';

export const isOpenBundle = (bundle: BundleView): boolean =>
  bundle.state === 'issued' || bundle.state === 'downloaded';

/** issued → downloaded → used; or it ended as expired or revoked before that. */
export function BundleLife({ bundle }: { readonly bundle: BundleView }): ReactElement {
  const ended = bundle.state === 'expired' || bundle.state === 'revoked';
  const stages: readonly (readonly [status: string, at: string | null])[] = [
    ['issued', bundle.created_at],
    ['downloaded', bundle.downloaded_at],
    ended
      ? [bundle.state, bundle.state === 'revoked' ? bundle.revoked_at : bundle.expires_at]
      : ['used', bundle.used_at],
  ];
  return (
    <Stack gap="xs">
      <ol className={classes.life} aria-label="Life of the bundle" data-state={bundle.state}>
        {stages.map(([status, at]) => (
          <li
            key={status}
            data-reached={at !== null}
            aria-current={status === bundle.state ? 'step' : undefined}
          >
            {at === null ? (
              <span>{isOpenBundle(bundle) ? `not ${status} yet` : `never ${status}`}</span>
            ) : (
              <StatusBadge status={status} />
            )}
            <span className={classes.when}>{at === null ? ' ' : <Age at={at} />}</span>
          </li>
        ))}
      </ol>
      {isOpenBundle(bundle) && <Countdown expiresAt={bundle.expires_at} />}
    </Stack>
  );
}

function Countdown({ expiresAt }: { readonly expiresAt: string }): ReactElement {
  const leftS = Math.max(0, Math.ceil((Date.parse(expiresAt) - useNow()) / 1000));
  const clock = `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`;
  return (
    <Text size="sm" component="div">
      <span className={classes.countdown} role="timer" aria-label="Time left">
        {clock}
      </span>{' '}
      left; good for one host, until <Time at={expiresAt} />
    </Text>
  );
}
