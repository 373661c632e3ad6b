import { Button, Kbd, Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactElement } from 'react';
import { LateMenu } from '../parts/late-menu.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { useSession } from '../session/session-context.ts';
import { LiveSwitch } from './live-switch.tsx';
import { Logo } from './logo.tsx';
import { useShortcutSettings } from './shortcuts-context.ts';
import classes from './top-bar.module.css';

interface Props {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
}

export function TopBar({ onSearch, onHelp, isMenuOpen, onMenu }: Props): ReactElement {
  return (
    <header className={classes.bar}>
      <Button
        className={classes.menu}
        variant="default"
        size="compact-md"
        onClick={onMenu}
        aria-expanded={isMenuOpen}
        aria-controls="navigation"
      >
        Menu
      </Button>
      <span className={classes.name}>
        <Logo />
        Engine Room
      </span>
      <button type="button" className={classes.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <span className={classes.searchText}>Search packages, jobs, workers, digests</span>
        <span className={classes.searchShort}>Search</span>
        <Kbd size="xs" className={classes.kbd}>
          Ctrl K
        </Kbd>
      </button>
      <LiveSwitch />
      <UserMenu onHelp={onHelp} />
    </header>
  );
}

const schemes: readonly (readonly [MantineColorScheme, string])[] = [
  ['auto', 'As the system has it'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

function UserMenu({ onHelp }: { readonly onHelp: () => void }): ReactElement {
  const { session, signOut } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { areOn, setOn } = useShortcutSettings();
  return (
    <LateMenu
      width={240}
      closeOnItemClick={false}
      renderButton={(props) => (
        <Button {...props} variant="default" size="compact-md" className={classes.user}>
          <SafeText text={session.name} max={30} isOneLine />
          <span className={classes.role}>{session.role}</span>
        </Button>
      )}
      renderItems={() => (
        <>
          <Menu.Label>Colours</Menu.Label>
          {schemes.map(([scheme, label]) => (
            <Menu.Item
              key={scheme}
              role="menuitemradio"
              aria-checked={colorScheme === scheme}
              leftSection={colorScheme === scheme ? '✓' : ' '}
              onClick={() => setColorScheme(scheme)}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>Keys</Menu.Label>
          <Menu.Item
            role="menuitemcheckbox"
            aria-checked={areOn}
            leftSection={areOn ? '✓' : ' '}
            onClick={() => setOn(!areOn)}
          >
            Single-key shortcuts
          </Menu.Item>
          <Menu.Item closeMenuOnClick onClick={onHelp} leftSection=" ">
            Show all keys
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item closeMenuOnClick onClick={signOut} leftSection=" ">
            Sign out
          </Menu.Item>
        </>
      )}
    />
  );
}
