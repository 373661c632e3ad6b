import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { LiveProvider } from '../live/live-provider.tsx';
import { SessionProvider } from '../session/session-provider.tsx';
import { ToastList } from '../shell/toast-list.tsx';
import { findCspNonce } from './csp-nonce.ts';
import { defaultColorScheme, schemeKey } from './document-scheme.ts';
import { router } from './router.tsx';
import { cssVariables, theme } from './theme.ts';

const schemeManager = localStorageColorSchemeManager({ key: schemeKey });
const getNonce = (): string => findCspNonce() ?? '';

export function App({ queryClient }: { readonly queryClient: QueryClient }): ReactElement {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={schemeManager}
      defaultColorScheme={defaultColorScheme}
      getStyleNonce={getNonce}
    >
      <ToastList />
      <QueryClientProvider client={queryClient}>
        <SessionProvider>
          <LiveProvider>
            <RouterProvider router={router} />
          </LiveProvider>
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
