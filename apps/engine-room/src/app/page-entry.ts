import type { ComponentType } from 'react';

/** Groups of the navigation, in their order. */
export const navigationGroups = ['Ops', 'Infra', 'Wheels', 'Governance'] as const;
export type NavigationGroup = (typeof navigationGroups)[number];

/** One page: a line in `pages.ts`, and a file whose default export is its component. */
export interface PageEntry {
  /** Below the base path, as TanStack Router writes it: `/workers/$workerId`. */
  readonly path: string;
  /** Of the document, and of the entry in the navigation. */
  readonly title: string;
  readonly load: () => Promise<{ default: ComponentType }>;
  /**
   * Below `/api`, as its calls write them: reads that are begun with the page itself when its address is opened. `ids` are what the
   * path names, encoded.
   */
  readonly firstReads?: (ids: Readonly<Record<string, string>>) => readonly string[];
  /** Shows what `firstReads` brought, of which these are the texts, until the page with its scripts is there and takes its place. */
  readonly firstView?: () => Promise<{
    drawFirst: (place: HTMLElement, texts: readonly string[]) => void;
  }>;
  /** Where it stands in the navigation; without it the page is reached from others. */
  readonly navigation?: {
    readonly group: NavigationGroup;
    /** Opens it after `g`. */
    readonly key?: string;
  };
}
