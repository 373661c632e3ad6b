import type { ArtifactView } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import { unyankArtifact, yankArtifact } from '../../api/artifact-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';

interface Props {
  readonly artifact: ArtifactView;
  readonly onClose: () => void;
}

export default function YankDialog({ artifact, onClose }: Props): ReactElement {
  const { sha256, filename, yanked } = artifact;
  const isYank = yanked === false;
  const name = nameHidden(filename);
  return (
    <ConfirmAction
      title={`${isYank ? 'Yank' : 'Offer again'} ${name}`}
      explanation={
        isYank
          ? 'Installers no longer choose it by themselves (PEP 592); who pins exactly this version still gets it. Plans build the version anew. Nothing is deleted, and the yank can be taken back. The reason is shown to whoever installs it.'
          : 'Installers and plans choose it again.'
      }
      confirmLabel={isYank ? 'Yank' : 'Offer again'}
      {...(isYank ? { nameToType: filename } : {})}
      done={isYank ? `${name} is yanked.` : `${name} is offered again.`}
      toCall={(reason, isDryRun) =>
        isDryRun ? null : isYank ? yankArtifact(sha256, reason) : unyankArtifact(sha256, reason)
      }
      onClose={onClose}
    />
  );
}
