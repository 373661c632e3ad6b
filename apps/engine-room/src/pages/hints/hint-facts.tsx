import type { HintView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { describeHint, sourceWords } from './hint-rows.ts';
import { RecipeFacts } from './recipe-facts.tsx';
import classes from './hints.module.css';

/** When a hint is offered, for which builds, and what it does. */
export function HintFacts({ hint }: { readonly hint: HintView }): ReactElement {
  return (
    <>
      <Panel title="When, and for what" aside={<CopyButton text={hint.id} label="Copy id" />}>
        <Facts
          facts={[
            [
              'Patterns',
              hint.patterns.length === 0 ? standing : <Patterns key="p" patterns={hint.patterns} />,
            ],
            ['Alongside', hint.alongside === null ? null : <Patterns key="a" patterns={[hint.alongside]} />],
            ['Made for logs that say', hint.answers],
            ['Package', toPackage(hint)],
            ['Versions', hint.specifier === null ? null : <SafeText key="v" text={hint.specifier} />],
            ['Source', `${sourceWords[hint.source]}${isChanged(hint) ? ', changed' : ''}`],
            [
              'Made by',
              hint.created_by === null ? null : <SafeText key="b" text={hint.created_by} max={80} />,
            ],
            ['Changed', hint.updated_at === null ? null : <Age key="c" at={hint.updated_at} />],
            ['Ends', hint.expires_at === null ? null : <Time key="e" at={hint.expires_at} />],
            ['Revision', hint.revision],
          ]}
        />
      </Panel>
      <Panel title="What it does">
        <Stack gap="xs">
          {hint.rule !== null && (
            <Text size="sm">By its rule, it {describeHint({ ...hint, recipes: nothing })}.</Text>
          )}
          {(hint.rule === null || describeHint({ ...hint, rule: null }) !== '') && (
            <RecipeFacts recipes={hint.recipes} />
          )}
          <Tests tests={hint.tests} />
        </Stack>
      </Panel>
    </>
  );
}

const standing = 'none: it goes into every build of its package';
const nothing: HintView['recipes'] = { apt: [], dnf: [], env: {} };
const isChanged = ({ source, revision }: HintView): boolean => source === 'builtin' && revision > 0;

const toPackage = ({ package: name }: HintView): ReactNode =>
  name === null ? 'every one' : <ThingLink key="package" kind="package" id={name} />;

const Patterns = ({ patterns }: { readonly patterns: readonly string[] }): ReactElement => (
  <ul className={classes.patterns}>
    {patterns.map((pattern, index) => (
      <li key={index} className={classes.mono}>
        <SafeText text={pattern} />
      </li>
    ))}
  </ul>
);

function Tests({ tests }: Pick<HintView, 'tests'>): ReactElement {
  if (tests.length === 0)
    return <Text size="sm">It has no tests: a change of it is checked by nothing.</Text>;
  return (
    <details className={classes.more}>
      <summary>{tests.length === 1 ? 'One test' : `${tests.length} tests`}</summary>
      <ul className={classes.patterns}>
        {tests.map(({ text, matches }, index) => (
          <li key={index} className={classes.mono}>
            {matches ? 'must match: ' : 'must not match: '}
            <SafeText text={text} max={1_000} />
          </li>
        ))}
      </ul>
    </details>
  );
}
