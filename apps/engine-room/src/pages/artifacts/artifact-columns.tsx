import type { ArtifactView } from '@ironwheel/contracts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { writeBytes } from '../../parts/write-bytes.ts';
import { toArtifactStatus } from './artifact-status.ts';

const targetOf = ({ python_tag: python, platform_tag: platform }: ArtifactView): string =>
  `${python} ${platform}`;

export const artifactColumns: readonly DataColumn<ArtifactView>[] = [
  {
    id: 'status',
    title: 'Status',
    width: 7,
    render: (artifact) => <StatusBadge status={toArtifactStatus(artifact)} />,
    sortValue: toArtifactStatus,
    filterWord: toArtifactStatus,
  },
  {
    id: 'file',
    title: 'File',
    render: ({ sha256, filename }) => <ThingLink kind="artifact" id={sha256} text={filename} isOneLine />,
    sortValue: ({ filename }) => filename,
    searchText: ({ filename, sha256 }) => `${filename} ${sha256}`,
  },
  {
    id: 'package',
    title: 'Package',
    width: 10,
    render: ({ name }) => <ThingLink kind="package" id={name} isOneLine />,
    sortValue: ({ name }) => name,
    searchText: ({ name }) => name,
  },
  {
    id: 'version',
    title: 'Version',
    width: 6,
    render: ({ version }) => <SafeText text={version} isOneLine />,
    sortValue: ({ version }) => version,
  },
  {
    id: 'target',
    title: 'Built for',
    width: 13,
    render: (artifact) => <SafeText text={targetOf(artifact)} isOneLine />,
    sortValue: targetOf,
    filterWord: targetOf,
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
    id: 'accepted',
    title: 'Accepted',
    width: 7.5,
    render: ({ accepted_at: at }) => <Age at={at} never="not yet" />,
    sortValue: ({ accepted_at: at }) => (at === null ? null : Date.parse(at)),
  },
  {
    id: 'attempt',
    title: 'Built by',
    width: 5.5,
    render: ({ attempt_id: id }) =>
      id === null ? 'by hand' : <ThingLink kind="attempt" id={id} text="Log" />,
  },
  {
    id: 'sha256',
    title: 'SHA-256',
    width: 12,
    isHidden: true,
    render: ({ sha256 }) => <SafeText text={sha256} isOneLine />,
  },
];
