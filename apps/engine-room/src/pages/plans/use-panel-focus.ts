import { useCallback, useEffect, useRef, type RefObject } from 'react';

export interface PanelFocus {
  /** Around the panel, and the list or the graph. */
  readonly place: RefObject<HTMLDivElement | null>;
  readonly panel: RefObject<HTMLDivElement | null>;
  /** Before a package is chosen: where that was done, and whether the panel is to be gone to. */
  readonly onOpen: (goesThere: boolean) => void;
  /** Before the panel is gone. */
  readonly onClose: () => void;
}

/** What stands for the opener once that is gone: the box of the package, the one that Tab comes to, the table. */
const listStandIns = (id: string): readonly string[] => [
  `[data-box="${CSS.escape(id)}"]`,
  '[data-box][tabindex="0"]',
  '[role="region"][tabindex="0"]',
];

/** Where the focus goes when the panel of a package comes, and when it is closed. The callbacks are stable. */
export function usePanelFocus(node: string | undefined): PanelFocus {
  const place = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const isAwaited = useRef(false);
  const shownNode = useRef('');
  useEffect(() => {
    shownNode.current = node ?? '';
    if (isAwaited.current) panel.current?.focus();
    isAwaited.current = false;
  }, [node]);
  const onOpen = useCallback((goesThere: boolean) => {
    isAwaited.current = goesThere;
    const active = document.activeElement;
    if (active instanceof HTMLElement && panel.current?.contains(active) !== true) opener.current = active;
  }, []);
  const onClose = useCallback(() => {
    isAwaited.current = false;
    const standIns = listStandIns(shownNode.current).map((one) =>
      place.current?.querySelector<HTMLElement>(one),
    );
    const known = opener.current?.isConnected === true ? opener.current : null;
    opener.current = null;
    [known, ...standIns].find((one) => one !== null && one !== undefined)?.focus();
  }, []);
  return { place, panel, onOpen, onClose };
}
