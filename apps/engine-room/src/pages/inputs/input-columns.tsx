import type { InputView } from '@ironwheel/contracts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { writeBytes } from '../../parts/write-bytes.ts';
import { InputDelete } from './input-delete.tsx';
import { kindNames } from './kind-names.ts';

const stateOf = ({ run_id: run }: InputView): string => (run === null ? 'pending' : 'used');

export const inputColumns: readonly DataColumn<InputView>[] = [
  {
    id: 'state',
    title: 'State',
    width: 6.5,
    render: (input) => <StatusBadge status={stateOf(input)} />,
    sortValue: stateOf,
    filterWord: stateOf,
  },
  {
    id: 'file',
    title: 'File',
    render: ({ filename }) => <SafeText text={filename} isOneLine />,
    sortValue: ({ filename }) => filename,
    searchText: ({ filename, sha256 }) => `${filename} ${sha256}`,
  },
  {
    id: 'kind',
    title: 'Kind',
    width: 7.5,
    render: ({ kind }) => kindNames[kind],
    sortValue: ({ kind }) => kind,
    filterWord: ({ kind }) => kindNames[kind],
  },
  {
    id: 'size',
    title: 'Size',
    width: 5.5,
    isNumber: true,
    render: ({ size }) => writeBytes(size),
    sortValue: ({ size }) => size,
  },
  {
    id: 'age',
    title: 'Handed in',
    width: 6.5,
    render: ({ created_at: at }) => <Age at={at} />,
    sortValue: ({ created_at: at }) => Date.parse(at),
  },
  {
    id: 'run',
    title: 'Used by',
    width: 11,
    render: ({ run_id: run }) => (run === null ? 'no plan yet' : <ThingLink kind="run" id={run} isOneLine />),
    sortValue: ({ run_id: run }) => run,
    searchText: ({ run_id: run }) => run ?? '',
  },
  {
    id: 'sha256',
    title: 'SHA-256',
    width: 12,
    isHidden: true,
    render: ({ sha256 }) => <SafeText text={sha256} isOneLine />,
  },
  {
    id: 'actions',
    title: 'Actions',
    width: 6,
    render: (input) => <InputDelete input={input} />,
  },
];
