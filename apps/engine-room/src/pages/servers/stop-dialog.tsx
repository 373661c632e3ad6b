import type { ServerView } from '@ironwheel/contracts';
import { NativeSelect, Radio, Stack, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { commandServer } from '../../api/server-calls.ts';
import { ConfirmAction, ImpactList } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { verbNames } from './command-state.ts';

export type EndingVerb = 'stop' | 'restart';

interface Props {
  readonly server: ServerView;
  readonly verb: EndingVerb;
  readonly onClose: () => void;
}

const times = [
  { value: '120', label: '2 minutes' },
  { value: '900', label: '15 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '14400', label: '4 hours' },
  { value: '86400', label: '1 day' },
];

const explanations: Readonly<Record<EndingVerb, string>> = {
  stop: 'The process of its worker ends and stays stopped until it is started. What it did not finish is given to others at once.',
  restart:
    'The process of its worker ends and starts anew. What it did not finish is given to others at once.',
};

/** Asks how a process is to be ended; letting builds end first is what is proposed. */
export default function StopDialog({ server, verb, onClose }: Props): ReactElement {
  const [waits, setWaits] = useState(true);
  const [time, setTime] = useState('900');
  const name = nameHidden(server.name);
  return (
    <ConfirmAction
      title={`${verbNames[verb]} ${name}`}
      explanation={explanations[verb]}
      confirmLabel={waits ? `${verbNames[verb]} when its builds have ended` : `${verbNames[verb]} now`}
      done={waits ? `The ${verb} of ${name} waits for its builds.` : `The ${verb} of ${name} is under way.`}
      onClose={onClose}
      toCall={(reason, isDryRun) =>
        commandServer(
          server.server_id,
          verb,
          isDryRun
            ? {}
            : {
                ...(reason === '' ? {} : { reason }),
                ...(waits ? { drain: true, drain_timeout_s: Number(time) } : {}),
              },
          isDryRun,
        )
      }
      renderImpact={(answer) =>
        'dry_run' in answer && (
          <Stack gap={4}>
            <Text size="sm" fw={600}>
              {toHeading(answer.would_end.length, waits)}
            </Text>
            <ImpactList
              items={answer.would_end.map(({ text, phase }) => (phase === null ? text : `${text}, ${phase}`))}
              none="Nothing would be cut off."
            />
            {!answer.connected && (
              <Text size="sm">Its agent is not connected: the {verb} would be refused.</Text>
            )}
          </Stack>
        )
      }
    >
      <Radio.Group
        label="What it builds"
        value={waits ? 'wait' : 'now'}
        onChange={(value) => setWaits(value === 'wait')}
      >
        <Stack gap={6} mt={4}>
          <Radio value="wait" label="may end first; it gets nothing new meanwhile" />
          <Radio value="now" label="is cut off now" />
        </Stack>
      </Radio.Group>
      {waits && (
        <NativeSelect
          label="At most for"
          description="What is not done by then is cut off."
          data={times}
          value={time}
          onChange={(event) => setTime(event.currentTarget.value)}
        />
      )}
    </ConfirmAction>
  );
}

function toHeading(count: number, waits: boolean): string {
  if (count === 0) return 'It builds nothing now';
  const builds = count === 1 ? 'one build' : `${count} builds`;
  return waits ? `It would wait for ${builds}` : `It would cut off ${builds}`;
}
