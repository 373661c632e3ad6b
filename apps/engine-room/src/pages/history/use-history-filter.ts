import { useNavigate, useSearch } from '@tanstack/react-router';
import type { QueryValues } from '../../api/call-api.ts';

/** What the controller filters by; it stands in the address. Times are RFC 3339 in UTC. */
export interface HistoryWish {
  readonly package?: string | undefined;
  readonly run?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly status?: string | undefined;
}

export interface HistoryFilterState {
  readonly wish: HistoryWish;
  readonly query: QueryValues;
  /** Another one when the wish was changed from elsewhere. */
  readonly key: string;
  readonly isSet: boolean;
  readonly change: (wish: HistoryWish) => void;
  readonly clear: () => void;
}

const nothing = { package: undefined, run: undefined, from: undefined, to: undefined, status: undefined };

export function useHistoryFilter(): HistoryFilterState {
  const search: Readonly<Record<string, string | undefined>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const wish = {
    package: search['package'],
    run: search['run'],
    from: search['from'],
    to: search['to'],
    status: search['status'],
  };
  const go = (values: Readonly<Record<string, string | undefined>>): void => {
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...values }),
      replace: true,
      resetScroll: false,
    });
  };
  return {
    wish,
    query: {
      package: wish.package,
      run_id: wish.run,
      from: wish.from,
      to: wish.to,
      status: search['status'],
    },
    key: JSON.stringify(wish),
    isSet: Object.values(wish).some((value) => value !== undefined),
    change: (values) => go({ ...nothing, ...values }),
    clear: () => go({ ...nothing, q: undefined, result: undefined, cause: undefined, target: undefined }),
  };
}
