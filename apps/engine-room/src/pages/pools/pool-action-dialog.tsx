import type { PoolView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { archivePool, scalePool, setDefaultPool } from '../../api/pool-calls.ts';
import { ConfirmAction, ImpactList } from '../../parts/confirm-action.tsx';
import type { PoolVerb } from './pool-verbs.ts';
import { readScale, ScaleField } from './scale-field.tsx';

interface Props {
  readonly pool: PoolView;
  readonly verb: PoolVerb;
  readonly onClose: () => void;
}

export default function PoolActionDialog({ pool, verb, onClose }: Props): ReactElement {
  switch (verb) {
    case 'scale':
      return <ScaleDialog pool={pool} onClose={onClose} />;
    case 'set-default':
      return (
        <ConfirmAction
          title={`Make ${pool.name} the default pool`}
          explanation="Jobs and servers that name no pool go to it from now on. What there is stays where it is."
          confirmLabel="Make it the default"
          done={`${pool.name} is the default pool.`}
          onClose={onClose}
          toCall={(reason, isDryRun) => (isDryRun ? null : setDefaultPool(pool.name, reason))}
        />
      );
    case 'archive':
      return (
        <ConfirmAction
          title={`Archive ${pool.name}`}
          explanation="It takes nothing any more. It cannot be undone: record and name stay, since jobs of before name it."
          confirmLabel="Archive"
          nameToType={pool.name}
          done={`${pool.name} is archived.`}
          onClose={onClose}
          toCall={(reason, isDryRun) => archivePool(pool.name, reason, isDryRun)}
          renderImpact={({ blockers }) => (
            <>
              <Text size="sm" fw={600}>
                {blockers.length === 0 ? 'Nothing is in the way' : 'It would be refused'}
              </Text>
              <ImpactList items={blockers} none="No server, worker or open job is in it." />
            </>
          )}
        />
      );
  }
}

function ScaleDialog({ pool, onClose }: Omit<Props, 'verb'>): ReactElement {
  const [text, setText] = useState(pool.max_jobs === null ? '' : String(pool.max_jobs));
  const most = readScale(text);
  return (
    <ConfirmAction
      title={`Scale ${pool.name}`}
      explanation="Bounds how many jobs its workers hold at once. What they hold goes on, also above the bound."
      confirmLabel="Scale"
      done={`${pool.name} is scaled.`}
      onClose={onClose}
      toCall={(reason, isDryRun) =>
        isDryRun ? null : scalePool(pool.name, most === undefined ? pool.max_jobs : most, reason)
      }
      isReady={most !== undefined}
    >
      <ScaleField text={text} onText={setText} />
      <Text size="sm" role="status">
        {describe(pool, most)}
      </Text>
    </ConfirmAction>
  );
}

function describe(
  { held_jobs: held, queued_jobs: queued }: PoolView,
  most: number | null | undefined,
): string {
  const now = `It holds ${held} now, and ${queued} wait.`;
  if (most === undefined) return now;
  if (most === null) return `${now} As many are granted as its workers have slots.`;
  if (most === 0) return `${now} Nothing new is granted.`;
  if (held >= most) return `${now} Nothing new is granted until fewer than ${most} are held.`;
  return `${now} Up to ${most - held} more could be granted.`;
}
