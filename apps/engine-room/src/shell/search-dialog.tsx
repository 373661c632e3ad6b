import { Loader, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent, type ReactElement } from 'react';
import { callApi } from '../api/call-api.ts';
import { search } from '../api/search-calls.ts';
import { findLink } from '../app/links.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import classes from './search-dialog.module.css';

interface Props {
  readonly onClose: () => void;
}

/** One field for everything: names, ids, digests. */
export default function SearchDialog({ onClose }: Props): ReactElement {
  return (
    <Dialog isOpen onClose={onClose} title="Search">
      <SearchField onClose={onClose} />
    </Dialog>
  );
}

function SearchField({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const listId = useId();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => callApi(search(asked), signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const hits = asked === '' ? [] : (data?.items ?? []);
  const open = (index: number): void => {
    const hit = hits[index];
    const path = hit === undefined ? null : findLink(hit.kind, hit.id);
    if (path === null) return;
    onClose();
    void navigate({ to: path });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen((at) => Math.min(hits.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setChosen((at) => Math.max(0, at - 1));
    else if (event.key === 'Enter') open(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        aria-label="Name, id or digest"
        placeholder="A package, worker, job or attempt id, SHA-256 of a wheel"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={listId}
        aria-activedescendant={hits.length > 0 ? `${listId}-${chosen}` : undefined}
        rightSection={isFetching ? <Loader size="xs" aria-hidden /> : null}
        maxLength={200}
        data-autofocus
      />
      {error !== null && <ErrorNotice what="The search" error={error} onRetry={() => void refetch()} />}
      <div id={listId} role="listbox" aria-label="Found" className={classes.list}>
        {hits.map((hit, index) => {
          const isLinked = findLink(hit.kind, hit.id) !== null;
          return (
            <div
              key={`${hit.kind} ${hit.id}`}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              aria-disabled={!isLinked}
              className={classes.hit}
              onClick={() => open(index)}
              onMouseEnter={() => setChosen(index)}
            >
              <span className={classes.kind}>{hit.kind}</span>
              <span className={classes.title}>
                <SafeText text={hit.title} max={160} />
              </span>
              <span className={classes.state}>{hit.state}</span>
            </div>
          );
        })}
      </div>
      <Text size="sm" c="dimmed" role="status" mt="xs">
        {asked === ''
          ? 'Type the beginning of a name, or paste an id.'
          : isFetching
            ? 'Looking…'
            : hits.length === 0
              ? 'Nothing found. Names are found by their beginning, ids only as a whole.'
              : `${hits.length} found`}
      </Text>
    </>
  );
}
