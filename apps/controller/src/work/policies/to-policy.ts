import { causes, type PolicyDocument, type PolicyRule } from '@ironwheel/contracts';
import type { Backoff, Policy, Rule, RuleCondition } from '@ironwheel/decisions';
import { normalizeName } from '@ironwheel/packaging';
import { compilePattern } from './compile-pattern.ts';

/** How sure a rule that a person wrote is of the cause that it names. */
const ruleCertainty = 0.9;

/** A document as `decide` reads it. Throws for a pattern that RE2 does not take. */
export function toPolicy(version: number, document: PolicyDocument): Policy {
  const { attempts, backoff, confidence, quarantine } = document;
  return {
    version,
    attempts: {
      maxPerJob: attempts.max_per_job,
      maxPerCause: attempts.max_per_cause,
      maxWorkerSPerJob: attempts.max_worker_s_per_job,
    },
    backoff: {
      ...(Object.fromEntries(causes.map((cause) => [cause, toBackoff(backoff[cause])])) as Record<
        (typeof causes)[number],
        Backoff
      >),
      missing_sdist: toBackoff(backoff.missing_sdist),
    },
    retryAfter: { isRespected: backoff.respect_retry_after, maxS: backoff.max_retry_after_s },
    retryBudget: {
      percent: document.retry_budget.percent,
      minConcurrent: document.retry_budget.min_concurrent,
    },
    leastConfidence: {
      accept: confidence.accept.min,
      retry: confidence.retry.min,
      retry_hint: confidence.retry_hint.min,
      wait_provider: confidence.wait.min,
      give_up: confidence.give_up.min,
      quarantine_worker: confidence.quarantine.min,
    },
    unknownBelow: document.classify.unknown_below,
    fallback: document.fallback,
    rules: document.rules
      .filter((rule) => rule.enabled)
      .toSorted((a, b) => b.prio - a.prio || (a.id < b.id ? -1 : 1))
      .map(toRule),
    quarantine: {
      consecutive: quarantine.consecutive,
      distinctPackages: quarantine.distinct_packages,
      failRatio: quarantine.fail_ratio,
      minAttempts: quarantine.min_attempts,
      window: quarantine.window,
      baseS: quarantine.base_s,
      capS: quarantine.cap_s,
      maxPercent: quarantine.max_percent,
      minActive: quarantine.min_active,
    },
  };
}

const toBackoff = (given: PolicyDocument['backoff']['unknown']): Backoff => ({
  baseS: given.base_s,
  factor: given.factor,
  capS: given.cap_s,
  jitter: given.jitter,
});

const toRule = (rule: PolicyRule): Rule => ({
  id: rule.id,
  when: toCondition(rule),
  cause: rule.cause,
  certainty: ruleCertainty,
  decision: rule.decision,
  hintId: rule.hint_id ?? null,
  prior: { p: rule.p_prior, strength: rule.strength },
  expiresAt: rule.expires_at === undefined ? null : Date.parse(rule.expires_at),
});

function toCondition({ when }: PolicyRule): RuleCondition {
  const { phase, tool, anchor_regex: anchor, exit, signal, provider, python } = when;
  return {
    ...(phase === undefined ? {} : { phases: [phase] }),
    ...(tool === undefined ? {} : { tool }),
    ...(anchor === undefined ? {} : { anchor: compilePattern(anchor) }),
    ...(exit === undefined ? {} : { exit }),
    ...(signal === undefined ? {} : { signal }),
    ...(provider === undefined ? {} : { provider }),
    ...(when.package === undefined ? {} : { package: normalizeName(when.package) }),
    ...(python === undefined ? {} : { python }),
  };
}
