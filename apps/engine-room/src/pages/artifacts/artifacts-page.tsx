import type { ArtifactView } from '@ironwheel/contracts';
import { Button, Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { listArtifacts } from '../../api/artifact-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { artifactColumns } from './artifact-columns.tsx';

const toId = ({ sha256 }: ArtifactView): string => sha256;
const toLabel = ({ filename }: ArtifactView): string => `Open ${filename}`;

/** The wheels that were built here. */
export default function ArtifactsPage(): ReactElement {
  const navigate = useNavigate();
  const { name }: { name?: string } = useSearch({ strict: false });
  const call = listArtifacts({ name });
  const artifacts = useLiveList(call, { topics: ['artifacts'] });
  return (
    <>
      <PageHeader
        title="Artifacts"
        actions={
          <Button size="xs" variant="default" renderRoot={(props) => <Link to="/index" {...props} />}>
            How to install them
          </Button>
        }
      />
      {artifacts.data?.isCut === true && (
        <Text size="sm" mb="xs">
          There are {artifacts.data.total.toLocaleString('en')}; the newest{' '}
          {artifacts.data.items.length.toLocaleString('en')} are shown.
        </Text>
      )}
      <DataTable
        what="wheels"
        columns={artifactColumns}
        rows={artifacts.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={artifacts}
        call={{ ...call, query: { ...call.query, limit: 500 } }}
        onOpen={({ sha256 }) => {
          const path = findLink('artifact', sha256);
          if (path !== null) void navigate({ to: path });
        }}
        whenNone={<Text size="sm">A wheel stands here once its build was accepted.</Text>}
      />
    </>
  );
}
