import type { ServerView } from '@ironwheel/contracts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { LinkButton } from '../../parts/link-button.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { writeBytes } from '../../parts/write-bytes.ts';
import { findLink } from '../../app/links.ts';
import { toServerState } from './server-state.ts';

const urgency = (server: ServerView): string => {
  const { needsPerson, status, text } = toServerState(server);
  return `${needsPerson ? 0 : status === 'never' ? 1 : 2} ${text}`;
};
const writeLabels = ({ labels }: ServerView): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

export const serverColumns: readonly DataColumn<ServerView>[] = [
  {
    id: 'state',
    title: 'State',
    width: 10,
    render: (server) => {
      const { status, text } = toServerState(server);
      return <StatusBadge status={status} text={text} />;
    },
    sortValue: urgency,
  },
  {
    id: 'name',
    title: 'Server',
    width: 12,
    render: ({ server_id, name }) => <ThingLink kind="server" id={server_id} text={name} isOneLine />,
    sortValue: ({ name }) => name,
    searchText: ({ name, server_id, address, description, agent }) =>
      [name, server_id, address, description, agent?.hostname ?? ''].join(' '),
  },
  {
    id: 'pool',
    title: 'Pool',
    width: 7,
    render: ({ pool }) => <ThingLink kind="pool" id={pool} isOneLine />,
    sortValue: ({ pool }) => pool,
    searchText: ({ pool }) => pool,
    filterWord: ({ pool }) => pool,
  },
  {
    id: 'process',
    title: 'Process',
    width: 7.5,
    render: ({ process_state }) => <StatusBadge status={process_state} />,
    sortValue: ({ process_state }) => process_state,
    filterWord: ({ process_state }) => process_state,
  },
  {
    id: 'heartbeat',
    title: 'Heartbeat',
    width: 7.5,
    render: ({ heartbeat_state }) => <StatusBadge status={heartbeat_state} />,
    sortValue: ({ heartbeat_state }) => heartbeat_state,
  },
  {
    id: 'match',
    title: 'Match',
    width: 8,
    render: ({ runtime_match }) => <StatusBadge status={runtime_match} />,
    sortValue: ({ runtime_match }) => runtime_match,
  },
  {
    id: 'agent',
    title: 'Agent',
    width: 8,
    render: ({ link_state }) => <StatusBadge status={link_state} />,
    sortValue: ({ link_state }) => link_state,
  },
  {
    id: 'note',
    title: 'What is wrong',
    render: (server) => {
      const { note } = toServerState(server);
      return note === null ? '' : <SafeText text={note} max={200} isOneLine />;
    },
    searchText: (server) => toServerState(server).note ?? '',
  },
  {
    id: 'actions',
    title: 'Actions',
    width: 6,
    render: ({ server_id, name }) => (
      <LinkButton to={findLink('server', server_id) ?? '.'} isSmall label={`Manage ${nameHidden(name)}`}>
        Manage
      </LinkButton>
    ),
  },
  {
    id: 'address',
    title: 'Address',
    width: 10,
    isHidden: true,
    render: ({ address }) => <SafeText text={address} isOneLine />,
    sortValue: ({ address }) => address,
  },
  {
    id: 'host',
    title: 'Host',
    width: 10,
    isHidden: true,
    render: ({ agent }) => <SafeText text={agent?.hostname ?? '–'} isOneLine />,
    sortValue: ({ agent }) => agent?.hostname ?? null,
  },
  {
    id: 'seen',
    title: 'Agent heard',
    width: 8,
    isHidden: true,
    render: ({ agent }) => <Age at={agent?.last_seen_at ?? null} />,
    sortValue: ({ agent }) => Date.parse(agent?.last_seen_at ?? '') || null,
  },
  {
    id: 'load',
    title: 'Load',
    width: 6,
    isHidden: true,
    isNumber: true,
    render: ({ load }) => (load === null ? '–' : `${load.load1.toFixed(1)} / ${load.cpus}`),
    sortValue: ({ load }) => load?.load1 ?? null,
  },
  {
    id: 'disk',
    title: 'Disk free',
    width: 7,
    isHidden: true,
    isNumber: true,
    render: ({ load }) => (load === null ? '–' : writeBytes(load.disk_free_bytes)),
    sortValue: ({ load }) => load?.disk_free_bytes ?? null,
  },
  {
    id: 'labels',
    title: 'Labels',
    width: 14,
    isHidden: true,
    render: (server) => <SafeText text={writeLabels(server)} isOneLine />,
    searchText: writeLabels,
  },
];
