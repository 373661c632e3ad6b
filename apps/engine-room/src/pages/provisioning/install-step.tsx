import type { BundleView, ServerView } from '@ironwheel/contracts';
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { listRuntimes } from '../../api/provisioning-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { BundleLife, isOpenBundle } from './bundle-life.tsx';
import type { ToldLine } from './bundle-step.tsx';
import { SilenceNotice } from './silence-notice.tsx';
import type { WizardStep } from './wizard-steps.ts';
import { writeLine } from './write-line.ts';
import classes from './provisioning.module.css';

interface Props {
  readonly server: ServerView;
  readonly bundle: BundleView | null;
  readonly told: ToldLine | null;
  readonly onGo: (step: WizardStep) => void;
}

/** Step 3: the one line, pasted on the host as root. */
export function InstallStep({ server, bundle, told, onGo }: Props): ReactElement {
  const isOpen = bundle !== null && isOpenBundle(bundle);
  const line = isOpen && told?.bundleId === bundle.bundle_id ? told.line : null;
  return (
    <Panel title="One line on the host">
      <Stack>
        {line !== null ? <InstallLine line={line} /> : <Text size="sm">{describeMissing(bundle)}</Text>}
        {bundle !== null && <BundleLife bundle={bundle} />}
        <SilenceNotice server={server} bundle={bundle} />
        <Group gap="xs">
          <Button
            size="xs"
            variant={bundle?.state === 'used' ? 'filled' : 'default'}
            onClick={() => onGo('verify')}
          >
            Go on to verification
          </Button>
          {line === null && bundle?.state !== 'used' && (
            <Button size="xs" onClick={() => onGo('bundle')}>
              Back to the bundle
            </Button>
          )}
        </Group>
      </Stack>
    </Panel>
  );
}

function describeMissing(bundle: BundleView | null): string {
  switch (bundle?.state) {
    case undefined:
      return 'This server has no bundle yet; make one first.';
    case 'used':
      return 'A host has enrolled with this bundle: its line is used up. Go on to verification.';
    case 'expired':
      return 'The bundle has expired: its line leads to a script that says so. Make a new one.';
    case 'revoked':
      return 'The bundle was revoked: its line leads to a script that says so. Make a new one.';
    case 'issued':
    case 'downloaded':
      return 'The line was shown when the bundle was made, and is kept nowhere. If it is lost, make a new bundle.';
  }
}

function InstallLine({ line }: { readonly line: string }): ReactElement {
  const [isLook, setLook] = useState(false);
  const [installs, setInstalls] = useState(false);
  const whole = writeLine(line, { isLook, installs });
  const runtimes = useLiveQuery(listRuntimes(), { topics: ['runtimes'] });
  const known = runtimes.data?.items.map(({ arch, version }) => `${arch} (${version})`) ?? [];
  return (
    <Stack gap="sm">
      <Text size="sm">Paste it on the host as root. It is shown once: it holds the secret of the link.</Text>
      <pre className={classes.line} aria-label="Install line" tabIndex={0}>
        <SafeText text={whole} max={4000} />
      </pre>
      <Group gap="sm">
        <CopyButton text={whole} label="Copy the line" />
        <Checkbox
          size="xs"
          label="Only look, change nothing"
          checked={isLook}
          onChange={(event) => setLook(event.currentTarget.checked)}
        />
        <Checkbox
          size="xs"
          label="Install missing packages"
          checked={installs}
          onChange={(event) => setInstalls(event.currentTarget.checked)}
        />
      </Group>
      {line.includes("'http://") && (
        <Text size="sm">
          The controller has no TLS: whoever is on the way between it and the host can change what is
          installed.
        </Text>
      )}
      {runtimes.data !== undefined && (
        <Text size="sm" c="dimmed">
          {known.length === 0
            ? 'The host needs Node 24 of its own: the controller has none to give (ironwheel runtime import).'
            : `A host without Node 24 gets it from here, for ${known.join(', ')}.`}
        </Text>
      )}
    </Stack>
  );
}
