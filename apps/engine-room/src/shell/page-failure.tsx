import type { ErrorComponentProps } from '@tanstack/react-router';
import { useMatches, useRouter } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { ErrorNotice } from '../parts/error-notice.tsx';

/** A page that fell over: the shell stays, and says which page it was. */
export function PageFailure({ error, reset }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  const title = useMatches({ select: (matches) => matches.at(-1)?.staticData.title });
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return <ErrorNotice what={`The page “${title ?? 'Engine Room'}”`} error={error} onRetry={retry} />;
}
