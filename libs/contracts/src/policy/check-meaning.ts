import type { PolicyProblem } from './policy-problem.ts';
import { fixedGates, type PolicyDocument } from './policy-document.ts';
import { profileNames, type PolicyProfile } from './policy-providers.ts';

type Check = (document: PolicyDocument, add: (path: string, code: string, message: string) => void) => void;

const limitNames = ['lease_max', 'per_worker', 'starts_per_min', 'burst', 'retry_budget_percent'] as const;

const checkAttempts: Check = ({ attempts }, add) => {
  const { max_per_job: most, max_per_cause: byCause } = attempts;
  for (const [cause, allowed] of Object.entries(byCause)) {
    // A source that is away, and a worker that gives a job back, say nothing of the job: they are counted apart.
    if (cause === 'provider' || cause === 'cancelled' || allowed <= most) continue;
    add(`attempts.max_per_cause.${cause}`, 'above_max_per_job', `expected at most max_per_job (${most})`);
  }
};

const checkBackoff: Check = ({ backoff }, add) => {
  for (const [cause, wait] of Object.entries(backoff)) {
    if (typeof wait !== 'object' || wait.cap_s >= wait.base_s) continue;
    add(`backoff.${cause}.cap_s`, 'cap_below_base', `expected at least base_s (${wait.base_s})`);
  }
};

const checkFallback: Check = ({ fallback }, add) => {
  if (new Set(fallback).size !== fallback.length) {
    add('fallback', 'cycle', 'expected each action at most once');
  }
  if (fallback.at(-1) !== 'give_up') add('fallback', 'no_end', 'expected give_up as the last action');
};

const checkProviders: Check = ({ providers }, add) => {
  for (const [key, { probe, breaker, fallback }] of Object.entries(providers)) {
    if (probe.timeout_s >= probe.interval_s)
      add(`providers.${key}.probe.timeout_s`, 'timeout_too_long', 'expected less than interval_s');
    if (breaker.max_open_s < breaker.open_s)
      add(`providers.${key}.breaker.max_open_s`, 'cap_below_base', 'expected at least open_s');
    for (const [index, name] of fallback.entries()) {
      if (providers[name] === undefined)
        add(`providers.${key}.fallback.${index}`, 'unknown_provider', `there is no provider ${name}`);
    }
    if (reaches(providers, key, key))
      add(`providers.${key}.fallback`, 'cycle', 'falls back on itself in the end');
  }
};

function reaches(providers: PolicyDocument['providers'], from: string, to: string): boolean {
  const seen = new Set<string>();
  const next = [...(providers[from]?.fallback ?? [])];
  for (let key = next.pop(); key !== undefined; key = next.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    next.push(...(providers[key]?.fallback ?? []));
  }
  return false;
}

const checkProfiles: Check = ({ profiles }, add) => {
  for (const name of profileNames) {
    if (profiles[name] === undefined) add(`profiles.${name}`, 'missing', 'expected this profile');
  }
  const known: readonly string[] = profileNames;
  for (const [name, profile] of Object.entries(profiles)) {
    const at = `profiles.${name}`;
    if (!known.includes(name)) add(at, 'unknown_profile', `expected ${profileNames.join(', ')} only`);
    if (profile.burst > profile.lease_max)
      add(`${at}.burst`, 'above_lease_max', `expected at most lease_max (${profile.lease_max})`);
    if (profile.ramp !== null && name !== 'warmup')
      add(`${at}.ramp`, 'ramp_outside_warmup', 'expected a ramp in warmup only');
  }
  checkOrder(profiles, add);
};

function checkOrder(profiles: PolicyDocument['profiles'], add: Parameters<Check>[1]): void {
  const { standard, low_hit: lowHit, warmup } = profiles;
  if (standard !== undefined && lowHit !== undefined) {
    for (const name of limitNames) {
      if (lowHit[name] > standard[name])
        add(`profiles.low_hit.${name}`, 'above_standard', `expected at most standard's (${standard[name]})`);
    }
  }
  const start = warmup?.ramp?.start;
  if (start !== undefined && lowHit !== undefined && start > lowHit.lease_max)
    add(
      'profiles.warmup.ramp.start',
      'above_low_hit',
      `expected at most low_hit.lease_max (${lowHit.lease_max})`,
    );
}

const checkPools: Check = ({ pools, providers, profiles }, add) => {
  for (const [pool, { profile, override }] of Object.entries(pools)) {
    for (const [provider, name] of Object.entries(profile)) {
      if (providers[provider] === undefined)
        add(`pools.${pool}.profile.${provider}`, 'unknown_provider', `there is no provider ${provider}`);
      const own: PolicyProfile | undefined = profiles[name];
      if (own === undefined || override === undefined || override.allow_loosen) continue;
      for (const limit of limitNames) {
        const value = override[limit];
        if (value !== undefined && value > own[limit])
          add(`pools.${pool}.override.${limit}`, 'loosens', `expected at most ${name}'s (${own[limit]})`);
      }
    }
  }
};

const checkQuarantine: Check = ({ quarantine }, add) => {
  if (quarantine.cap_s < quarantine.base_s)
    add('quarantine.cap_s', 'cap_below_base', `expected at least base_s (${quarantine.base_s})`);
  if (quarantine.window < quarantine.min_attempts)
    add(
      'quarantine.window',
      'below_min_attempts',
      `expected at least min_attempts (${quarantine.min_attempts})`,
    );
};

const checkGates: Check = ({ accept }, add) => {
  for (const gate of fixedGates) {
    if (!accept.require.includes(gate)) add('accept.require', 'gate_removed', `${gate} cannot be taken away`);
  }
};

const checks = [
  checkAttempts,
  checkBackoff,
  checkFallback,
  checkProviders,
  checkProfiles,
  checkPools,
  checkQuarantine,
  checkGates,
];

/** What does not fit together in a document whose parts each fit their schema. */
export function checkMeaning(document: PolicyDocument): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const add = (path: string, code: string, message: string): void =>
    void problems.push({ path, code, message });
  for (const check of checks) check(document, add);
  return problems;
}
