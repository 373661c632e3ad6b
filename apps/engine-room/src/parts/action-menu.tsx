import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { LateMenu } from './late-menu.tsx';
import { SmallButton } from './small-button.tsx';

export interface MenuAction<Verb extends string = string> {
  readonly verb: Verb;
  readonly label: string;
  /** Why it cannot be done now; null: it can. */
  readonly bar: string | null;
}

interface Props<Verb extends string> {
  /** Of whom: "Actions for anvil". */
  readonly label: string;
  readonly actions: readonly MenuAction<Verb>[];
  readonly onChoose: (verb: Verb) => void;
}

/** What can be done with one row of a table. What cannot be done stays in the menu and says why. */
export function ActionMenu<Verb extends string>({ label, actions, onChoose }: Props<Verb>): ReactElement {
  return (
    <LateMenu
      width={260}
      renderButton={(props) => (
        <SmallButton {...props} aria-label={label}>
          Actions
        </SmallButton>
      )}
      renderItems={() =>
        actions.map(({ verb, label: text, bar }) => (
          <Menu.Item
            key={verb}
            aria-disabled={bar !== null}
            closeMenuOnClick={bar === null}
            {...(bar === null ? {} : { 'data-barred': true, c: 'dimmed' })}
            onClick={() => {
              if (bar === null) onChoose(verb);
            }}
          >
            {text}
            {bar !== null && <small style={{ display: 'block' }}>{bar}</small>}
          </Menu.Item>
        ))
      }
    />
  );
}
