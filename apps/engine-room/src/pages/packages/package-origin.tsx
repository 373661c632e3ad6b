import { Button, NativeSelect } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { listProjects, setProjectOrigin, type Origin } from '../../api/artifact-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { useBar } from '../../session/may.ts';

const originTexts: Readonly<Record<Origin, string>> = {
  own: 'only our own wheels',
  upstream: 'only what upstream has',
  both: 'our own wheels first, then upstream',
};

/** Who answers for the project on the index; said only of projects that it knows. */
export function PackageOrigin({ name }: { readonly name: string }): ReactElement | null {
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('admin');
  const projects = useLiveList(listProjects(), { topics: ['projects'] });
  const plain = name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  const project = projects.data?.items.find((one) => one.name === plain);
  if (project === undefined) return null;
  return (
    <>
      <span>The index serves {originTexts[project.origin]}.</span>
      {bar === null && (
        <Button size="compact-xs" variant="default" onClick={() => setAsked(true)}>
          Change
        </Button>
      )}
      {isAsked && (
        <OriginDialog name={project.name} origin={project.origin} onClose={() => setAsked(false)} />
      )}
    </>
  );
}

interface DialogProps {
  readonly name: string;
  readonly origin: Origin;
  readonly onClose: () => void;
}

function OriginDialog({ name, origin, onClose }: DialogProps): ReactElement {
  const [chosen, setChosen] = useState<Origin>(origin);
  return (
    <ConfirmAction
      title={`Origin of ${nameHidden(name)}`}
      explanation="Whoever installs this project gets its files from there. A name of ours never falls through to upstream by itself, so that nobody can take its place."
      confirmLabel="Change"
      done={`The index serves of ${nameHidden(name)} ${originTexts[chosen]}.`}
      toCall={(reason, isDryRun) => (isDryRun ? null : setProjectOrigin(name, chosen, reason))}
      onClose={onClose}
    >
      <NativeSelect
        label="The index serves"
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value as Origin)}
        data={Object.entries(originTexts).map(([value, label]) => ({ value, label }))}
      />
    </ConfirmAction>
  );
}
