import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { pages } from '../pages.ts';
import { KeySequence, takesKeys } from './match-keys.ts';
import { ShortcutsContext, type Shortcut, type ShortcutSettings } from './shortcuts-context.ts';

const settingName = 'ironwheel-single-keys';

interface Props {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
  readonly children: ReactNode;
}

/** Listens for keys on behalf of the whole page. */
export function ShortcutsProvider({ onSearch, onHelp, children }: Props): ReactElement {
  const [areOn, setAreOn] = useState(() => localStorage.getItem(settingName) !== 'off');
  const added = useRef<(() => Shortcut)[]>([]);
  const navigate = useNavigate();

  const setOn = useCallback((isOn: boolean) => {
    localStorage.setItem(settingName, isOn ? 'on' : 'off');
    setAreOn(isOn);
  }, []);
  const add = useCallback((shortcut: () => Shortcut) => {
    added.current = [...added.current, shortcut];
    return () => {
      added.current = added.current.filter((one) => one !== shortcut);
    };
  }, []);
  const own = useMemo<readonly Shortcut[]>(
    () => [
      { keys: '/', label: 'Search', run: onSearch },
      { keys: '?', label: 'Show all keys', run: onHelp },
      ...pages.flatMap(({ path, title, navigation }) =>
        navigation?.key === undefined
          ? []
          : [
              {
                keys: `g ${navigation.key}`,
                label: `Go to ${title}`,
                run: () => void navigate({ to: path }),
              },
            ],
      ),
    ],
    [onSearch, onHelp, navigate],
  );
  const list = useCallback(() => [...own, ...added.current.map((shortcut) => shortcut())], [own]);

  useEffect(() => {
    const sequence = new KeySequence();
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onSearch();
        return;
      }
      if (!areOn || event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return;
      const known = list();
      for (const keys of sequence.press(event.key, event.timeStamp)) {
        const shortcut = known.findLast((one) => one.keys === keys);
        if (shortcut === undefined) continue;
        event.preventDefault();
        sequence.reset();
        shortcut.run();
        return;
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [areOn, list, onSearch]);

  const settings = useMemo<ShortcutSettings>(() => ({ areOn, setOn, list, add }), [areOn, setOn, list, add]);
  return <ShortcutsContext value={settings}>{children}</ShortcutsContext>;
}
