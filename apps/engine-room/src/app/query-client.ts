import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.ts';

const maxRetries = 2;

/** What the caller did wrong does not get better by asking again; a controller that restarts does. */
const isWorthRetrying = (error: unknown): boolean => !(error instanceof ApiError) || error.isTransient;

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < maxRetries && isWorthRetrying(error),
        retryDelay: (failures) => Math.min(4_000, 500 * 2 ** failures),
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
