import type { HintTestAnswer } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Facts } from '../../parts/facts.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { writeRecipe } from './list-recipe-parts.ts';
import classes from './hints.module.css';

type Match = HintTestAnswer['matches'][number];

/** How a match is called where the page is about one hint. */
export function nameMatch(id: string | null, ownId: string | undefined, hasDraft: boolean): string {
  if (id === null) return 'this hint, as it is typed';
  if (id !== ownId) return id;
  return hasDraft ? 'this hint, as it was saved' : 'this hint';
}

const barWords: Readonly<Record<NonNullable<Match['not_offered_because']>, string>> = {
  disabled: 'not offered: it is switched off',
  expired: 'not offered: it has expired',
  out_of_scope: 'not offered: it is for other builds',
};

interface Props {
  readonly match: Match;
  readonly name: string;
  readonly isOwn: boolean;
}

/** One hint that matches: at which line, and what it would do on each kind of image. */
export function BenchMatch({ match, name, isOwn }: Props): ReactElement {
  const { hint_id: id, line, on, not_offered_because: because } = match;
  return (
    <li className={classes.match} data-own={isOwn}>
      <Text size="sm" component="div">
        {id === null || isOwn ? <strong>{name}</strong> : <ThingLink kind="hint" id={id} />}, line{' '}
        {line.line_no.toLocaleString('en')}{' '}
        <StatusBadge
          status={because === null ? 'ok' : 'off'}
          text={because === null ? 'offered' : barWords[because]}
        />
      </Text>
      <Facts
        facts={[
          ['With apt', <Effect key="apt" text={writeRecipe(on.apt)} />],
          ['With dnf', <Effect key="dnf" text={writeRecipe(on.dnf)} />],
        ]}
      />
    </li>
  );
}

const Effect = ({ text }: { readonly text: string }): ReactElement =>
  text === '' ? <span>nothing</span> : <SafeText text={text} max={400} />;
