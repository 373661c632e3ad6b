import { Menu } from '@mantine/core';
import {
  useId,
  useImperativeHandle,
  useRef,
  useState,
  type ReactElement,
  type Ref,
  type RefObject,
} from 'react';
import { flushSync } from 'react-dom';
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

/**
 * What can be done with one row of a table. What cannot be done stays in the menu and says why. The menu is made when somebody
 * comes to its button: each row has one, and hardly any is opened.
 */
export function ActionMenu<Verb extends string>({ label, actions, onChoose }: Props<Verb>): ReactElement {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [isReady, setReady] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const prepare = (): void => setReady(true);
  return (
    <>
      <SmallButton
        ref={button}
        id={id}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-dropdown` : undefined}
        onPointerEnter={prepare}
        onFocus={prepare}
        onClick={() => {
          // It must be there before it opens, to give the focus back. Who acts by voice neither points nor focuses.
          flushSync(prepare);
          setOpen(!isOpen);
        }}
      >
        Actions
      </SmallButton>
      {isReady && (
        <Menu id={id} opened={isOpen} onChange={setOpen} position="bottom-end" width={260}>
          <Menu.Target>
            <StandIn of={button} />
          </Menu.Target>
          <Menu.Dropdown>
            {actions.map(({ verb, label: text, bar }) => (
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
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

interface StandInProps {
  readonly of: RefObject<HTMLButtonElement | null>;
  readonly ref?: Ref<HTMLButtonElement | null>;
}

/** Hands the menu a button that was there before it. */
function StandIn({ of, ref }: StandInProps): null {
  useImperativeHandle<HTMLButtonElement | null, HTMLButtonElement | null>(ref, () => of.current, [of]);
  return null;
}
