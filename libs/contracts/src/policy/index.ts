export * from './check-policy.ts';
export type { CompilePattern } from './check-rules.ts';
export * from './policy-api.ts';
export * from './policy-document.ts';
export type { PolicyProblem } from './policy-problem.ts';
export * from './policy-providers.ts';
export * from './policy-rules.ts';
