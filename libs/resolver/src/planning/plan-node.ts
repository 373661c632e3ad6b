import { type PlanDocument, type PlanNode } from '@ironwheel/contracts';
import { findPin, findVersion, type TargetEnvironment, type Version } from '@ironwheel/packaging';
import { type ReleaseChoice } from './choose-release.ts';
import { type Wish } from './wish.ts';

export interface PlannedWish {
  readonly wish: Wish;
  readonly choice: ReleaseChoice;
}

/** The version that a missing node stands for: the wanted release, else an exact pin. */
const findMissingVersion = (
  wish: Wish,
  choice: Extract<ReleaseChoice, { kind: 'missing' }>,
): Version | undefined => {
  const pin = findPin(wish.specifiers);
  return choice.release?.version ?? (pin === undefined ? undefined : findVersion(pin.text));
};

const explainChoice = (choice: Extract<ReleaseChoice, { kind: 'chosen' }>): string => {
  const { file, newer } = choice;
  const parts = [file.reason.text];
  if (file.yanked !== false) parts.push(`It was yanked${file.yanked === '' ? '' : ` (${file.yanked})`}.`);
  const passed = newer.slice(0, 3).map(({ version }) => version.text);
  if (passed.length > 0) parts.push(`Newer, but not to be had for the target: ${passed.join(', ')}.`);
  return parts.join(' ');
};

/** The node of a wish; undefined where nothing tells which version it would be. */
export const toNode = ({ wish, choice }: PlannedWish, target: TargetEnvironment): PlanNode | undefined => {
  const base = {
    name: wish.name,
    python_version: target.pythonVersion,
    python_tag: target.pythonTag,
    platform_tag: target.platformTag,
    requested_by: [...wish.requesters, ...wish.constraints].map(({ label }) => label),
    needs: [],
  };
  if (choice.kind === 'missing') {
    const version = findMissingVersion(wish, choice)?.text;
    const reason = { code: choice.code, text: choice.text };
    return version === undefined ? undefined : { ...base, version, verdict: 'missing', reason };
  }
  const { file, release } = choice;
  return {
    ...base,
    version: release.version.text,
    verdict: file.verdict,
    reason: { code: file.reason.code, text: explainChoice(choice) },
    source: file.source,
    ...(file.requiresPython === null ? {} : { requires_python: file.requiresPython }),
  };
};

/** What the document lists under `missing_requirements` for a wish. */
export const toMissing = ({ wish, choice }: PlannedWish): PlanDocument['missing_requirements'] =>
  choice.kind === 'chosen'
    ? []
    : [
        {
          requirement: wish.requesters.map(({ label }) => label).join('; '),
          code: choice.code,
          text: `${wish.name}: ${choice.text}`,
        },
      ];
