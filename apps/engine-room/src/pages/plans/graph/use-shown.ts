import { useMemo, useState } from 'react';
import { chooseShown, type ShownWish } from '../model/choose-shown.ts';
import type { LivePlan } from '../use-plan.ts';

type Asked = Pick<ShownWish, 'scope' | 'focus' | 'opened'>;

export interface Shown {
  readonly ids: ReadonlySet<string>;
  /** Chosen anew, there would be others. */
  readonly isOld: boolean;
  readonly showNow: () => void;
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((id) => other.has(id));

/** The packages that the graph shows. They stay while jobs go on: nothing jumps until the reader asks for it. */
export function useShown(
  { graph, states, held, critical }: LivePlan,
  { scope, focus, opened }: Asked,
  first: readonly string[],
): Shown {
  const fresh = useMemo(
    () => chooseShown(graph, states, { scope, focus, opened, held, first: [...first, ...critical] }),
    [graph, states, scope, focus, opened, held, first, critical],
  );
  const question = JSON.stringify([scope, focus, [...opened], first]);
  const [kept, setKept] = useState({ question, graph, ids: fresh });
  const isKept = kept.question === question && kept.graph === graph;
  if (!isKept) setKept({ question, graph, ids: fresh });
  const ids = isKept ? kept.ids : fresh;
  return { ids, isOld: !isSame(ids, fresh), showNow: () => setKept({ question, graph, ids: fresh }) };
}
