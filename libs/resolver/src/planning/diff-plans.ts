import { type PlanDocument, type PlanNode, type PlanSource } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';

export interface PlannedState {
  readonly version: string;
  readonly verdict: PlanNode['verdict'];
  readonly source: PlanSource | null;
}

export interface PlanChange {
  readonly name: string;
  readonly before: PlannedState;
  readonly after: PlannedState;
  /** At least one. */
  readonly what: readonly ('version' | 'verdict' | 'source')[];
}

/** What is different in a later plan. Each list is sorted by name, then version. */
export interface PlanDifference {
  readonly added: readonly ({ readonly name: string } & PlannedState)[];
  readonly removed: readonly ({ readonly name: string } & PlannedState)[];
  readonly changed: readonly PlanChange[];
}

const toState = ({ version, verdict, source }: PlanNode): PlannedState => ({
  version,
  verdict,
  source: source ?? null,
});

const sourceText = (source: PlanSource | null): string =>
  source === null
    ? ''
    : JSON.stringify([
        source.origin,
        source.filename,
        source.url,
        source.sha256,
        source.rev,
        source.subdirectory,
      ]);

const compareStates = (before: PlannedState, after: PlannedState): PlanChange['what'] => {
  const what: PlanChange['what'][number][] = [];
  if (before.version !== after.version) what.push('version');
  if (before.verdict !== after.verdict) what.push('verdict');
  if (sourceText(before.source) !== sourceText(after.source)) what.push('source');
  return what;
};

const byNameAndVersion = (
  left: { name: string } & PlannedState,
  right: { name: string } & PlannedState,
): number =>
  left.name === right.name
    ? left.version < right.version
      ? -1
      : Number(left.version > right.version)
    : left.name < right.name
      ? -1
      : 1;

const groupStates = ({ nodes }: PlanDocument): Map<string, PlannedState[]> => {
  const groups = Map.groupBy(nodes, ({ name }) => normalizeName(name));
  return new Map([...groups].map(([name, group]) => [name, group.map(toState)]));
};

/** What a later plan changes: `plan --diff RUN`. A project with one version on both sides changes; else versions come and go. */
export const diffPlans = (before: PlanDocument, after: PlanDocument): PlanDifference => {
  const old = groupStates(before);
  const now = groupStates(after);
  const added: ({ name: string } & PlannedState)[] = [];
  const removed: ({ name: string } & PlannedState)[] = [];
  const changed: PlanChange[] = [];
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const left = old.get(name) ?? [];
    const right = now.get(name) ?? [];
    const isOne = left.length === 1 && right.length === 1;
    const findPair = (state: PlannedState, others: readonly PlannedState[]): PlannedState | undefined =>
      isOne ? others[0] : others.find(({ version }) => version === state.version);
    for (const state of left) {
      const pair = findPair(state, right);
      const what = pair === undefined ? [] : compareStates(state, pair);
      if (pair === undefined) removed.push({ name, ...state });
      else if (what.length > 0) changed.push({ name, before: state, after: pair, what });
    }
    for (const state of right) if (findPair(state, left) === undefined) added.push({ name, ...state });
  }
  return { added: added.sort(byNameAndVersion), removed: removed.sort(byNameAndVersion), changed };
};
