import { computePlanSchema, type ComputePlan } from '@ironwheel/contracts';

/** What a person has typed and ticked; all texts as they are. */
export interface PlanForm {
  readonly requirements: string;
  readonly inputIds: readonly string[];
  readonly pythonVersion: string;
  readonly platformTag: string;
  readonly strategy: string;
  readonly constraints: string;
  readonly overrides: string;
  readonly excludes: string;
  readonly onlyBinary: string;
  readonly noBinary: string;
  readonly extras: string;
  readonly groups: string;
  readonly excludeNewer: string;
  readonly packages: string;
  readonly maxDeps: string;
  readonly pool: string;
  readonly priority: string;
  readonly flags: readonly PlanFlag[];
}

export const planFlags = [
  'prereleases',
  'bootstrap',
  'missing_avoid',
  'fallback_latest',
  'no_deps',
  'rebuild',
  'skip_known_failures',
  'refresh',
  'enqueue',
] as const;
export type PlanFlag = (typeof planFlags)[number];

export const emptyForm: PlanForm = {
  requirements: '',
  inputIds: [],
  pythonVersion: '',
  platformTag: '',
  strategy: '',
  constraints: '',
  overrides: '',
  excludes: '',
  onlyBinary: '',
  noBinary: '',
  extras: '',
  groups: '',
  excludeNewer: '',
  packages: '',
  maxDeps: '',
  pool: '',
  priority: '',
  flags: [],
};

/** Lines as the API takes them: an empty one becomes a comment, so that the numbers of lines stay. */
export function toLines(text: string): string[] {
  const lines = text.replaceAll('\r', '').trimEnd().split('\n');
  return lines.length === 1 && lines[0] === '' ? [] : lines.map((line) => (line === '' ? '#' : line));
}

const toNames = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '');

type Values = Readonly<Record<string, unknown>>;
const given = (name: string, value: string | number | readonly unknown[] | undefined): Values =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
    ? {}
    : { [name]: value };

/** A day is its end, as on the command line; a moment is told in UTC. */
function toTime(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(trimmed) ? `${trimmed}T23:59:59.999Z` : trimmed);
  return Number.isNaN(ms) ? trimmed : new Date(ms).toISOString();
}

const toNumber = (text: string): number | string =>
  /^-?\d+$/.test(text.trim()) ? Number(text) : text.trim();

/** Null: what was typed is no JSON. */
function readJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: text.trim() === '' ? undefined : JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The body of the call, which need not fit yet. */
export function toBody(form: PlanForm): Values {
  const has = (flag: PlanFlag): boolean => form.flags.includes(flag);
  const packages = readJson(form.packages)?.value;
  const ticked = planFlags.filter((flag) => flag !== 'missing_avoid' && has(flag));
  return {
    ...given('requirements', toLines(form.requirements)),
    ...given('input_ids', form.inputIds),
    ...given('python_version', form.pythonVersion.trim()),
    ...given('platform_tag', form.platformTag.trim()),
    ...given('strategy', form.strategy),
    ...given('constraints', toLines(form.constraints)),
    ...given('overrides', toLines(form.overrides)),
    ...given('excludes', toNames(form.excludes)),
    ...given('only_binary', toNames(form.onlyBinary)),
    ...given('no_binary', toNames(form.noBinary)),
    ...given('extras', toNames(form.extras)),
    ...given('dependency_groups', toNames(form.groups)),
    ...given('exclude_newer', toTime(form.excludeNewer)),
    ...given('max_deps', toNumber(form.maxDeps)),
    ...given('pool', form.pool),
    ...given('priority', toNumber(form.priority)),
    ...(packages === undefined ? {} : { packages }),
    ...(has('missing_avoid') ? { missing: 'avoid' } : {}),
    ...Object.fromEntries(ticked.map((flag) => [flag, true])),
  };
}

export type BodyField = keyof ComputePlan;

/** A problem of one line, counted from 1. */
export interface LineProblem {
  readonly line: number;
  readonly text: string;
}

export interface FormProblems {
  /** By field of the call. */
  readonly fields: Readonly<Partial<Record<BodyField, readonly string[]>>>;
  readonly lines: Readonly<Partial<Record<BodyField, readonly LineProblem[]>>>;
  /** About files and what else is no field of the form. */
  readonly others: readonly { readonly path: string; readonly message: string }[];
}

const isField = (name: string): name is BodyField => Object.hasOwn(computePlanSchema.shape, name);

/** Puts problems, as the contracts and the controller tell them, to the fields and lines that they are about. */
export function sortProblems(
  issues: readonly { readonly path: string; readonly message: string }[],
): FormProblems {
  const fields: Partial<Record<BodyField, string[]>> = {};
  const lines: Partial<Record<BodyField, LineProblem[]>> = {};
  const others: { path: string; message: string }[] = [];
  for (const { path, message } of issues) {
    const [field = '', index] = path.split('.');
    const [, inText, number, rest = ''] = /^(\w+):(\d+): ([\s\S]*)$/.exec(message) ?? [];
    if (!isField(field)) others.push({ path, message });
    else if (inText === field) (lines[field] ??= []).push({ line: Number(number), text: rest });
    else if (hasLines.has(field) && index !== undefined && /^\d+$/.test(index))
      (lines[field] ??= []).push({ line: Number(index) + 1, text: message });
    else
      (fields[field] ??= []).push(
        index === undefined ? message : `${path.slice(field.length + 1)}: ${message}`,
      );
  }
  return { fields, lines, others };
}

const hasLines: ReadonlySet<string> = new Set(['requirements', 'constraints', 'overrides']);

/** What does not fit before anything is asked. */
export function checkForm(form: PlanForm): FormProblems {
  const issues = (computePlanSchema.safeParse(toBody(form)).error?.issues ?? []).map(({ path, message }) => ({
    path: path.join('.'),
    message,
  }));
  if (readJson(form.packages) === null) issues.push({ path: 'packages', message: 'This is no JSON.' });
  return sortProblems(issues);
}

export const hasProblems = ({ fields, lines, others }: FormProblems): boolean =>
  Object.keys(fields).length + Object.keys(lines).length + others.length > 0;

/** Without requirements and inputs the API takes every pending input; here that has to be said. */
export const asksForNothing = ({ requirements, inputIds }: PlanForm): boolean =>
  toLines(requirements).length === 0 && inputIds.length === 0;
