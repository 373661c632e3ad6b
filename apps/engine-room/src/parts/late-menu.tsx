import { Menu } from '@mantine/core';
import {
  useId,
  useImperativeHandle,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
  type Ref,
  type RefObject,
} from 'react';
import { flushSync } from 'react-dom';

/** What the button of a menu takes over. */
export interface LateMenuButtonProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly id: string;
  readonly 'aria-haspopup': 'menu';
  readonly 'aria-expanded': boolean;
  readonly 'aria-controls': string | undefined;
  readonly onPointerEnter: () => void;
  readonly onFocus: () => void;
  readonly onClick: () => void;
}

interface Props {
  readonly renderButton: (props: LateMenuButtonProps) => ReactElement;
  readonly renderItems: () => ReactNode;
  /** In px. */
  readonly width: number;
  /** Default: true. */
  readonly closeOnItemClick?: boolean;
}

/** A menu that is made when somebody comes to its button: hardly any is opened. */
export function LateMenu({ renderButton, renderItems, width, closeOnItemClick = true }: Props): ReactElement {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [isReady, setReady] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const prepare = (): void => setReady(true);
  return (
    <>
      {renderButton({
        ref: button,
        id,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': isOpen ? `${id}-dropdown` : undefined,
        onPointerEnter: prepare,
        onFocus: prepare,
        onClick: () => {
          // It must be there before it opens, to give the focus back. Who acts by voice neither points nor focuses.
          flushSync(prepare);
          setOpen(!isOpen);
        },
      })}
      {isReady && (
        <Menu
          id={id}
          opened={isOpen}
          onChange={setOpen}
          position="bottom-end"
          width={width}
          closeOnItemClick={closeOnItemClick}
        >
          <Menu.Target>
            <StandIn of={button} />
          </Menu.Target>
          <Menu.Dropdown>{renderItems()}</Menu.Dropdown>
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
