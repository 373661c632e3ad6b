import type { WorkerView } from '@ironwheel/contracts';
import { NativeSelect, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { actOnWorker, type WorkerVerb } from '../../api/worker-calls.ts';
import { ConfirmAction, ImpactList } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';

interface Props {
  readonly worker: WorkerView;
  readonly verb: WorkerVerb;
  readonly onClose: () => void;
}

interface VerbText {
  readonly title: string;
  readonly explanation: string;
  readonly confirm: string;
  readonly done: string;
  /** Field of the body for a length of time. */
  readonly timeField?: 'for_s' | 'deadline_s';
  readonly hasDryRun: boolean;
}

const texts: Readonly<Record<WorkerVerb, VerbText>> = {
  pause: {
    title: 'Pause',
    explanation: 'It gets no new jobs. What it builds goes on, and its process is left alone.',
    confirm: 'Pause',
    done: 'is paused',
    timeField: 'for_s',
    hasDryRun: true,
  },
  resume: {
    title: 'Resume',
    explanation: 'It may claim jobs again. A quarantine is not ended by this.',
    confirm: 'Resume',
    done: 'may claim again',
    hasDryRun: false,
  },
  drain: {
    title: 'Drain',
    explanation: 'It gets no new jobs and ends what it builds. Nothing is cut off, also after the deadline.',
    confirm: 'Drain',
    done: 'is draining',
    timeField: 'deadline_s',
    hasDryRun: true,
  },
  quarantine: {
    title: 'Quarantine',
    explanation:
      'It is not trusted for now: it gets no new jobs. What it builds goes on, and its results are taken.',
    confirm: 'Quarantine',
    done: 'is in quarantine',
    timeField: 'for_s',
    hasDryRun: true,
  },
  unquarantine: {
    title: 'End the quarantine of',
    explanation: 'It may claim again, unless it is paused or draining. What counted against it is forgotten.',
    confirm: 'End quarantine',
    done: 'is out of quarantine',
    hasDryRun: false,
  },
  register: {
    title: 'Register a server for',
    explanation: 'Makes a server of its pool and ties the worker to it, by the key of the worker.',
    confirm: 'Register server',
    done: 'has a server now',
    hasDryRun: false,
  },
};

const times = [
  { value: '', label: 'until it is resumed' },
  { value: '1800', label: '30 minutes' },
  { value: '7200', label: '2 hours' },
  { value: '28800', label: '8 hours' },
  { value: '86400', label: '1 day' },
];
const deadlines = [
  { value: '3600', label: 'within 1 hour' },
  { value: '14400', label: 'within 4 hours' },
  { value: '86400', label: 'within 1 day' },
];

export default function WorkerActionDialog({ worker, verb, onClose }: Props): ReactElement {
  const text = texts[verb];
  const choices = text.timeField === 'deadline_s' ? deadlines : times;
  const [time, setTime] = useState(choices[0]?.value ?? '');
  const [name, setName] = useState(worker.name);
  const shownName = nameHidden(worker.name);
  return (
    <ConfirmAction
      title={`${text.title} ${shownName}`}
      explanation={text.explanation}
      confirmLabel={text.confirm}
      done={`${shownName} ${text.done}.`}
      onClose={onClose}
      toCall={(reason, isDryRun) =>
        isDryRun && !text.hasDryRun
          ? null
          : actOnWorker(
              worker.worker_id,
              verb,
              {
                ...(reason === '' ? {} : { reason }),
                ...(text.timeField === undefined || time === '' ? {} : { [text.timeField]: Number(time) }),
                ...(verb === 'register' ? { name } : {}),
              },
              isDryRun,
            )
      }
      renderImpact={({ held }) => (
        <>
          <Text size="sm" fw={600}>
            {held.length === 0 ? 'Now' : `It builds ${held.length} now; that goes on`}
          </Text>
          <ImpactList
            items={held.map((one) => (one.phase === null ? one.text : `${one.text}, ${one.phase}`))}
            none="It builds nothing."
          />
        </>
      )}
    >
      {text.timeField !== undefined && (
        <NativeSelect
          label={text.timeField === 'deadline_s' ? 'Should be done' : 'For'}
          data={choices}
          value={time}
          onChange={(event) => setTime(event.currentTarget.value)}
        />
      )}
      {verb === 'register' && (
        <TextInput
          label="Name of the server"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={63}
        />
      )}
    </ConfirmAction>
  );
}
