import type { TokenView } from '@ironwheel/contracts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Age } from '../../parts/time.tsx';
import { RevokeToken } from './revoke-token.tsx';
import { toTokenState } from './token-state.ts';

const stateNow = (token: TokenView): string => toTokenState(token, Date.now());
const toMs = (time: string | null): number | null => (time === null ? null : Date.parse(time));

export const tokenColumns: readonly DataColumn<TokenView>[] = [
  {
    id: 'state',
    title: 'State',
    width: 7,
    render: (token) => <StatusBadge status={stateNow(token)} />,
    sortValue: stateNow,
    filterWord: stateNow,
  },
  {
    id: 'name',
    title: 'Name',
    render: ({ name }) => <SafeText text={name} max={120} isOneLine />,
    sortValue: ({ name }) => name,
    searchText: ({ name, token_id }) => `${name} ${token_id}`,
  },
  {
    id: 'role',
    title: 'Role',
    width: 7,
    render: ({ role }) => role,
    sortValue: ({ role }) => role,
    filterWord: ({ role }) => role,
  },
  {
    id: 'created',
    title: 'Made',
    width: 9,
    render: ({ created_at }) => <Age at={created_at} />,
    sortValue: ({ created_at }) => Date.parse(created_at),
  },
  {
    id: 'expires',
    title: 'Expires',
    width: 9,
    render: ({ expires_at }) => <Age at={expires_at} />,
    sortValue: ({ expires_at }) => toMs(expires_at),
  },
  {
    id: 'used',
    title: 'Last used',
    width: 9,
    render: ({ last_used_at }) => <Age at={last_used_at} />,
    sortValue: ({ last_used_at }) => toMs(last_used_at),
  },
  { id: 'actions', title: 'Actions', width: 6, render: (token) => <RevokeToken token={token} /> },
  {
    id: 'id',
    title: 'Id',
    width: 22,
    isHidden: true,
    render: ({ token_id }) => <code>{token_id}</code>,
  },
];
