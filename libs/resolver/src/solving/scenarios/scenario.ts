import { type Ask } from './universe.ts';

/** A small universe, a request, and what must come of it: on x86_64, and on s390x where that is something else. */
export interface Scenario extends Ask {
  readonly title: string;
  /** As `formatOutcome` writes it; a conflict by a piece of its summary, or a limit by its name. */
  readonly expect: string | { readonly conflict: string } | { readonly limit: string };
  readonly s390x?: string | { readonly conflict: string };
  /** Notes that must be given; default: none. */
  readonly notes?: readonly string[];
}
