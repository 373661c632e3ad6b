import {
  checkPolicyDocument,
  type PolicyDocument,
  type PolicyProblem,
  type PolicyValidation,
} from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { PoolDirectory } from '../../fleet/index.ts';
import { Clock } from '../../platform/index.ts';
import { compilePattern, digestOf, PoliciesRepository, PolicyInForce } from '../../work/policies/index.ts';
import { diffDocuments, type Difference } from './diff-documents.ts';

/** Looks at a policy document: what is wrong with it, what is odd about it, and what it would change. Keeps nothing. */
@Injectable()
export class ValidatePolicy {
  constructor(
    private readonly policies: PoliciesRepository,
    private readonly inForce: PolicyInForce,
    private readonly pools: PoolDirectory,
    private readonly clock: Clock,
  ) {}

  async validate(given: Record<string, unknown>): Promise<PolicyValidation> {
    const { problems, document } = checkPolicyDocument(given, compilePattern);
    const errors = [...problems, ...(document === null ? [] : await this.#checkReferences(document))];
    const diff = document === null ? [] : this.#diff(document);
    return {
      valid: errors.length === 0,
      errors,
      warnings: document === null ? [] : this.#warn(document),
      diff,
      touches: {
        pools: namesUnder('pools', diff),
        providers: namesUnder('providers', diff),
        rules: namesUnder('rules', diff),
      },
      normalized: document,
      sha256: document === null ? null : digestOf(document),
    };
  }

  #diff(document: PolicyDocument): Difference[] {
    const differences = diffDocuments(this.inForce.get().document, document);
    return differences.filter(({ path }) => !path.startsWith('meta.') && path !== 'base_version');
  }

  async #checkReferences(document: PolicyDocument): Promise<PolicyProblem[]> {
    const problems: PolicyProblem[] = [];
    const { base_version: base, pools } = document;
    if (base !== undefined && (await this.policies.find(base)) === null)
      problems.push({
        path: 'base_version',
        code: 'unknown_version',
        message: `there is no version ${base}`,
      });
    const known = await this.pools.readAll(Object.keys(pools));
    for (const name of Object.keys(pools)) {
      if (!known.has(name))
        problems.push({ path: `pools.${name}`, code: 'unknown_pool', message: `there is no pool ${name}` });
    }
    return problems;
  }

  #warn({ rules }: PolicyDocument): PolicyProblem[] {
    const now = this.clock.now().getTime();
    return rules.flatMap((rule, index) =>
      rule.expires_at !== undefined && Date.parse(rule.expires_at) <= now
        ? [{ path: `rules.${index}.expires_at`, code: 'expired', message: `rule ${rule.id} has expired` }]
        : [],
    );
  }
}

const namesUnder = (section: string, diff: readonly Difference[]): string[] => [
  ...new Set(
    diff.flatMap(({ path, old, new: next }) => {
      const [first, name] = path.split('.');
      if (first !== section) return [];
      // The section came or went as a whole.
      return name === undefined ? listNames(old ?? next).concat(listNames(next)) : [name];
    }),
  ),
];

const listNames = (section: unknown): string[] =>
  Array.isArray(section)
    ? section.map((item: { id?: unknown }) => String(item.id))
    : Object.keys(section ?? {});
