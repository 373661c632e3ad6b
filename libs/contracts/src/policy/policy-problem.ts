/** What is wrong with a document, and where: `backoff.provider.factor`, `rules.3.when`. */
export interface PolicyProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}
