import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { sourceWords, stateBadges, writeSuccess, type HintRow } from './hint-rows.ts';

const timeOf = (at: string | null): number | null => (at === null ? null : Date.parse(at));

export const hintColumns: readonly DataColumn<HintRow>[] = [
  {
    id: 'state',
    title: 'State',
    width: 6.5,
    render: ({ state }) => <StatusBadge status={stateBadges[state]} text={state} />,
    sortValue: ({ state }) => state,
    filterWord: ({ state }) => state,
  },
  {
    id: 'name',
    title: 'Hint',
    width: 11,
    render: ({ hint, name }) => <ThingLink kind="hint" id={hint.id} text={name} isOneLine />,
    sortValue: ({ name }) => name.toLowerCase(),
    searchText: ({ hint, name }) => `${name} ${hint.id} ${hint.note}`,
  },
  {
    id: 'pattern',
    title: 'Pattern',
    width: 12.5,
    render: ({ hint: { patterns } }) =>
      patterns.length === 0 ? (
        <em>stands: every build of it</em>
      ) : (
        <code>
          <SafeText
            text={`${patterns[0] ?? ''}${patterns.length > 1 ? ` (+${patterns.length - 1})` : ''}`}
            max={200}
            isOneLine
          />
        </code>
      ),
    searchText: ({ hint: { patterns } }) => patterns.join(' '),
  },
  {
    id: 'does',
    title: 'Does',
    width: 13,
    render: ({ does }) => <SafeText text={does} max={200} isOneLine />,
    searchText: ({ does }) => does,
  },
  {
    id: 'kind',
    title: 'Kind',
    width: 9,
    isHidden: true,
    render: ({ kind }) => kind,
    sortValue: ({ kind }) => kind,
    filterWord: ({ kind }) => kind,
  },
  {
    id: 'scope',
    title: 'Scope',
    width: 8.4,
    render: ({ scope }) => <SafeText text={scope} max={120} isOneLine />,
    sortValue: ({ scope }) => scope,
    searchText: ({ scope }) => scope,
    filterWord: ({ hint }) => (hint.package === null ? 'every package' : 'one package'),
  },
  {
    id: 'source',
    title: 'Source',
    width: 6.2,
    render: ({ hint }) => sourceWords[hint.source],
    sortValue: ({ hint }) => sourceWords[hint.source],
    filterWord: ({ hint }) => sourceWords[hint.source],
  },
  {
    id: 'used',
    title: 'Used',
    width: 4.5,
    isNumber: true,
    render: ({ hint }) => hint.stats.applied.toLocaleString('en'),
    sortValue: ({ hint }) => hint.stats.applied,
  },
  {
    id: 'success',
    title: 'Success (95 %)',
    width: 9,
    render: ({ hint }) => writeSuccess(hint.stats) ?? '–',
    sortValue: ({ hint }) => hint.stats.success?.rate ?? null,
  },
  {
    id: 'last',
    title: 'Last match',
    width: 7.4,
    render: ({ hint }) => <Age at={hint.stats.last_applied_at} />,
    sortValue: ({ hint }) => timeOf(hint.stats.last_applied_at),
  },
  {
    id: 'ends',
    title: 'Ends',
    width: 10,
    isHidden: true,
    render: ({ hint }) => <Time at={hint.expires_at} />,
    sortValue: ({ hint }) => timeOf(hint.expires_at),
  },
  {
    id: 'by',
    title: 'Made by',
    width: 8,
    isHidden: true,
    render: ({ hint }) => <SafeText text={hint.created_by ?? '–'} max={80} isOneLine />,
    sortValue: ({ hint }) => hint.created_by,
  },
  {
    id: 'changed',
    title: 'Changed',
    width: 8,
    isHidden: true,
    render: ({ hint }) => <Age at={hint.updated_at} />,
    sortValue: ({ hint }) => timeOf(hint.updated_at),
  },
];
