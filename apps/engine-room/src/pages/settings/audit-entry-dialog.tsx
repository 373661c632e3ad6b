import type { auditEntrySchema } from '@ironwheel/contracts';
import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { Time } from '../../parts/time.tsx';
import { Subject } from './audit-columns.tsx';

interface Props {
  readonly entry: z.output<typeof auditEntrySchema>;
  readonly onClose: () => void;
}

/** All of one entry. */
export default function AuditEntryDialog({ entry, onClose }: Props): ReactElement {
  const detail = JSON.stringify(entry.detail, null, 2);
  return (
    <Dialog isOpen onClose={onClose} title="Entry of the audit trail" size="xl">
      <Stack>
        <Facts
          facts={[
            ['When', <Time key="at" at={entry.at} />],
            ['Who', <SafeText key="who" text={entry.actor} />],
            ['Role', entry.role],
            ['From', <SafeText key="from" text={entry.remote_addr} />],
            ['Did what', <SafeText key="what" text={entry.action} />],
            ['To what', <Subject key="to" subject={entry.subject} />],
            [
              'Why',
              entry.reason === null ? 'no reason was given' : <SafeText key="why" text={entry.reason} />,
            ],
            ['Correlation id', <SafeText key="cor" text={entry.correlation_id} />],
            ['Detail', detail === '{}' ? null : <SafeText key="detail" text={detail} max={4000} />],
          ]}
        />
        <div>
          <CopyButton text={JSON.stringify(entry, null, 2)} label="Copy as JSON" />
        </div>
      </Stack>
    </Dialog>
  );
}
