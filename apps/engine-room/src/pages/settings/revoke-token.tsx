import type { TokenView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { RowAction } from '../../parts/row-action.tsx';
import { useBar } from '../../session/may.ts';

const RevokeTokenDialog = lazy(() => import('./revoke-token-dialog.tsx'));

export function RevokeToken({ token }: { readonly token: TokenView }): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('admin') ?? (token.revoked_at === null ? null : 'It is revoked already.');
  return (
    <>
      <RowAction bar={bar} label={`Revoke ${nameHidden(token.name)}`} onClick={() => setAsked(true)}>
        Revoke
      </RowAction>
      {isAsked && (
        <Suspense>
          <RevokeTokenDialog token={token} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  );
}
