import type { ReactElement } from 'react';
import { findLink, type LinkedKind } from '../app/links.ts';
import { PageLink } from './page-link.tsx';
import { SafeText } from './safe-text.tsx';

interface Props {
  readonly kind: LinkedKind;
  readonly id: string;
  /** Default: the id. */
  readonly text?: string;
  readonly isOneLine?: boolean;
}

/** A link to the page of a thing, or its name alone while there is no such page. */
export function ThingLink({ kind, id, text = id, isOneLine = false }: Props): ReactElement {
  const path = findLink(kind, id);
  const name = <SafeText text={text} max={200} isOneLine={isOneLine} />;
  if (path === null) return name;
  return <PageLink to={path}>{name}</PageLink>;
}
