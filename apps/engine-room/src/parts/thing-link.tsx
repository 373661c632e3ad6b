import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { findLink, type LinkedKind } from '../app/links.ts';
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
  return (
    <Anchor inherit renderRoot={(props) => <Link to={path} {...props} />}>
      {name}
    </Anchor>
  );
}
