import type { DoctorCheck } from '@ironwheel/contracts';

const mostFound = 20;

/** What is wrong, by name; counts all and keeps the first few. */
export class Findings {
  readonly #named: string[] = [];
  #count = 0;

  add(text: string): void {
    this.#count += 1;
    if (this.#named.length < mostFound) this.#named.push(text.slice(0, 300));
  }

  get count(): number {
    return this.#count;
  }

  get named(): readonly string[] {
    return this.#named;
  }
}

export interface CheckFacts {
  readonly check: string;
  readonly measured: string;
  readonly needed: string;
  /** What mends it. */
  readonly mend: string;
}

/** All is well where nothing was found. */
export const toFoundCheck = (facts: CheckFacts, findings: Findings): DoctorCheck => ({
  check: facts.check,
  ok: findings.count === 0,
  measured: facts.measured.slice(0, 300),
  needed: facts.needed,
  mend: findings.count === 0 ? null : facts.mend,
  found: [...findings.named],
});

export const toCheck = (facts: CheckFacts, ok: boolean): DoctorCheck => ({
  check: facts.check,
  ok,
  measured: facts.measured.slice(0, 300),
  needed: facts.needed,
  mend: ok ? null : facts.mend,
  found: [],
});

export const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MiB`;
