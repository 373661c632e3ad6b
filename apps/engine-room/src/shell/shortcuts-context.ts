import { createContext, use, useEffect, useRef } from 'react';

export interface Shortcut {
  /** As `KeyboardEvent.key` has it; `g w`: one after the other. */
  readonly keys: string;
  /** For the help: "Next row". */
  readonly label: string;
  readonly run: () => void;
}

export interface ShortcutSettings {
  /** Single keys can be switched off (WCAG 2.1.4); those with Ctrl always work. */
  readonly areOn: boolean;
  readonly setOn: (isOn: boolean) => void;
  readonly list: () => readonly Shortcut[];
  readonly add: (shortcut: () => Shortcut) => () => void;
}

export const ShortcutsContext = createContext<ShortcutSettings | null>(null);

export function useShortcutSettings(): ShortcutSettings {
  const settings = use(ShortcutsContext);
  if (settings === null) throw new Error('there are no shortcuts here');
  return settings;
}

/** A single-key shortcut as long as the component is shown; the newest of several for one key counts. */
export function useShortcut(keys: string, label: string, run: () => void): void {
  const { add } = useShortcutSettings();
  const newest = useRef<Shortcut>({ keys, label, run });
  useEffect(() => {
    newest.current = { keys, label, run };
  });
  useEffect(() => add(() => newest.current), [add]);
}
