import { Button, Checkbox, NativeSelect, Popover, Stack, TextInput } from '@mantine/core';
import { memo, useMemo, useRef, type ReactElement } from 'react';
import type { ApiCall } from '../../api/call-api.ts';
import { toCurl } from '../../api/to-curl.ts';
import { useShortcut } from '../../shell/shortcuts-context.ts';
import { CopyButton } from '../copy-button.tsx';
import { nameHidden } from '../hidden-characters.ts';
import type { DataColumn, TableView } from './column.ts';
import classes from './data-table.module.css';

interface Props<Row> {
  readonly what: string;
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: readonly Row[];
  readonly view: TableView;
  /** The text of the filter as it stands in its field. */
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly onChange: (change: Partial<TableView>) => void;
  readonly call: Pick<ApiCall, 'method' | 'path' | 'query'>;
  readonly shownCount: number;
}

/** A key that is typed draws the field anew, and nothing beside it. */
export function TableToolbar<Row>({
  what,
  columns,
  rows,
  view,
  typed,
  onType,
  onChange,
  call,
  shownCount,
}: Props<Row>): ReactElement {
  return (
    <div className={classes.toolbar}>
      <FilterText what={what} text={typed} onText={onType} />
      {columns.map((column) =>
        column.filterWord === undefined ? null : (
          <FilterWord
            key={column.id}
            column={column}
            rows={rows}
            chosen={view.words[column.id] ?? ''}
            onChange={onChange}
          />
        ),
      )}
      <span className={classes.count} role="status">
        {shownCount.toLocaleString('en')} of {rows.length.toLocaleString('en')}
      </span>
      <ChooseColumns columns={columns} chosen={view.columns} onChange={onChange} />
      <CopyCall call={call} />
    </div>
  );
}

const CopyCall = memo(function CopyCall({ call }: Pick<Props<never>, 'call'>): ReactElement {
  return <CopyButton text={toCurl(call, location.origin)} label="Copy as curl" />;
});

interface FilterTextProps {
  readonly what: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

function FilterText({ what, text, onText }: FilterTextProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  useShortcut('f', 'Filter the table', () => field.current?.focus());
  return (
    <TextInput
      ref={field}
      size="xs"
      className={classes.filter ?? ''}
      aria-label={`Filter the ${what}`}
      placeholder={`Filter the ${what}`}
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
      type="search"
    />
  );
}

interface FilterWordProps<Row> {
  readonly column: DataColumn<Row>;
  readonly rows: readonly Row[];
  readonly chosen: string;
  readonly onChange: (change: Partial<TableView>) => void;
}

const FilterWord = memo(PlainFilterWord) as typeof PlainFilterWord;

function PlainFilterWord<Row>({ column, rows, chosen, onChange }: FilterWordProps<Row>): ReactElement {
  const { filterWord } = column;
  const words = useMemo(() => {
    const all = new Set(filterWord === undefined ? [] : rows.map(filterWord));
    if (chosen !== '') all.add(chosen);
    return [...all].sort();
  }, [filterWord, rows, chosen]);
  return (
    <NativeSelect
      size="xs"
      aria-label={`Filter by ${column.title.toLowerCase()}`}
      value={chosen}
      onChange={(event) => onChange({ words: { [column.id]: event.currentTarget.value } })}
      data={[
        { value: '', label: `${column.title}: any` },
        ...words.map((word) => ({ value: word, label: nameHidden(word.slice(0, 60)) })),
      ]}
    />
  );
}

interface ChooseColumnsProps<Row> {
  readonly columns: readonly DataColumn<Row>[];
  readonly chosen: TableView['columns'];
  readonly onChange: (change: Partial<TableView>) => void;
}

const ChooseColumns = memo(PlainChooseColumns) as typeof PlainChooseColumns;

function PlainChooseColumns<Row>({ columns, chosen, onChange }: ChooseColumnsProps<Row>): ReactElement {
  const shown = new Set(chosen ?? columns.filter(({ isHidden }) => isHidden !== true).map(({ id }) => id));
  const toggle = (id: string): void => {
    const next = columns
      .map((column) => column.id)
      .filter((one) => (one === id ? !shown.has(one) : shown.has(one)));
    if (next.length > 0) onChange({ columns: next });
  };
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="default">
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns that are shown">
        <Stack gap={6}>
          {columns.map(({ id, title }) => (
            <Checkbox key={id} size="xs" label={title} checked={shown.has(id)} onChange={() => toggle(id)} />
          ))}
          <Button size="compact-xs" variant="default" onClick={() => onChange({ columns: null })}>
            As they were
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
