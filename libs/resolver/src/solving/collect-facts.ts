import { type Fact, type Incompatibility, type Term } from './incompatibility.ts';

/** A fact of a proof with the terms that it forbids. */
export interface ProofFact {
  readonly fact: Fact;
  readonly terms: readonly Term[];
}

/** What a proof rests on, each once, in the order in which the proof uses it. */
export const collectFacts = (proof: Incompatibility): ProofFact[] => {
  const facts: ProofFact[] = [];
  const seen = new Set<Incompatibility>();
  const open = [proof];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (one.cause.kind === 'fact') facts.push({ fact: one.cause.fact, terms: one.terms });
    else open.push(one.cause.right, one.cause.left);
  }
  return facts;
};
