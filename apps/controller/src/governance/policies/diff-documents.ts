import { canonicalJson } from '@ironwheel/decisions';

export interface Difference {
  readonly path: string;
  readonly old: unknown;
  readonly new: unknown;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Things in a list that have an id are told apart by it: a rule that moved is not another rule. */
function toComparable(value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0) return value;
  const named = value.every((item) => isRecord(item) && typeof item['id'] === 'string');
  return named ? Object.fromEntries(value.map((item: Record<string, unknown>) => [item['id'], item])) : value;
}

/** Where two documents differ: each place that is not the same in both, `null` where it is missing. */
export function diffDocuments(before: unknown, after: unknown, path: readonly string[] = []): Difference[] {
  const [old, next] = [toComparable(before), toComparable(after)];
  if (isRecord(old) && isRecord(next)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].toSorted();
    return keys.flatMap((key) => diffDocuments(old[key], next[key], [...path, key]));
  }
  if (canonicalJson(old ?? null) === canonicalJson(next ?? null)) return [];
  return [{ path: path.join('.'), old: before ?? null, new: after ?? null }];
}
