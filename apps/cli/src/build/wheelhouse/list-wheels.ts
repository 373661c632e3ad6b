import type { PlanDocument, PlanNode } from '@ironwheel/contracts';
import { findWheelFileName, normalizeName } from '@ironwheel/packaging';
import type { ResultRow } from '../run-results.ts';

/** Where the bytes of a wheel come from. */
export type WheelPlace =
  /** The controller's own index, by digest. */
  | { readonly kind: 'kept' }
  /** An index: the controller fetches it, so that this machine needs neither its address nor its credentials. */
  | { readonly kind: 'passed'; readonly runId: string; readonly url: string }
  /** A direct reference of the user's: fetched from here, without the controller's credentials. */
  | { readonly kind: 'direct'; readonly url: string };

export interface WantedWheel {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  /** Null: its index states none; that of the bytes that come is recorded. */
  readonly sha256: string | null;
  /** Bytes, where known. */
  readonly size: number | null;
  readonly from: WheelPlace;
}

export interface WheelList {
  readonly wheels: readonly WantedWheel[];
  /** Why the wheels are not all that an offline install needs, a sentence each. */
  readonly problems: readonly string[];
}

/** Every wheel that an install of the plan needs; what only builds something is left out. */
export function listWheels(plan: PlanDocument, rows: readonly ResultRow[]): WheelList {
  const nodes = new Map(plan.nodes.map((node) => [keyOf(node), node]));
  const wheels: WantedWheel[] = [];
  const problems: string[] = [];
  for (const row of rows) {
    // Those are listed below, from the plan itself.
    if (row.action === 'missing' || row.action === 'skip') continue;
    const node = nodes.get(keyOf(row));
    if (node !== undefined && !isForInstall(node)) continue;
    const wheel = toWheel(row, plan.run_id, node);
    if (typeof wheel === 'string') problems.push(`${row.name} ${row.version}: ${wheel}`);
    else wheels.push(wheel);
  }
  return { wheels, problems: [...problems, ...describeMissing(plan), ...describeClashes(wheels)] };
}

const keyOf = (item: { readonly name: string; readonly version: string }): string =>
  `${normalizeName(item.name)} ${item.version}`;

/** Plans without roles know of nothing but what is installed. */
const isForInstall = ({ roles }: PlanNode): boolean => roles?.includes('install') ?? true;

function toWheel(row: ResultRow, runId: string, node: PlanNode | undefined): WantedWheel | string {
  if (!row.ok || row.wheel === null) return row.reason ?? 'there is no wheel of it';
  // The name becomes a path here, and it came from a server.
  if (findWheelFileName(row.wheel) === undefined) return `"${row.wheel}" is no wheel file name`;
  const size = row.action === 'reuse' ? (node?.source?.size ?? null) : null;
  const base = { name: row.name, version: row.version, filename: row.wheel, sha256: row.sha256, size };
  const url = row.source?.url;
  if (row.source?.origin === 'url' && url !== undefined) return { ...base, from: { kind: 'direct', url } };
  if (url !== undefined) return { ...base, from: { kind: 'passed', runId, url } };
  return row.sha256 === null
    ? 'its wheel has no SHA-256 to fetch and check it by'
    : { ...base, from: { kind: 'kept' } };
}

/** Requirements without a node say what a person asked for; of those with one, only what is installed matters. */
function describeMissing(plan: PlanDocument): string[] {
  const missing = plan.nodes.filter((node) => node.verdict === 'missing');
  const known = new Set(plan.nodes.map((node) => normalizeName(node.name)));
  const isPlanned = (requirement: string): boolean =>
    known.has(normalizeName(/^\s*([A-Za-z0-9._-]+)/.exec(requirement)?.[1] ?? ''));
  return [
    ...missing
      .filter(isForInstall)
      .map((node) => `${node.name} ${node.version}: missing: ${node.reason.text} (${node.reason.code})`),
    ...plan.missing_requirements
      .filter(({ requirement }) => !isPlanned(requirement))
      .map(({ requirement, code, text }) => `${requirement}: missing: ${text} (${code})`),
  ];
}

/** Two versions of one project cannot be installed together, nor can one file have two contents. */
function describeClashes(wheels: readonly WantedWheel[]): string[] {
  const byName = new Map<string, WantedWheel>();
  const problems: string[] = [];
  for (const wheel of wheels) {
    const name = normalizeName(wheel.name);
    const other = byName.get(name);
    if (other === undefined) byName.set(name, wheel);
    else problems.push(`${wheel.name}: the plan installs both ${other.filename} and ${wheel.filename}`);
  }
  return problems;
}
