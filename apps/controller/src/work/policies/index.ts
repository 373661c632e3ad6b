export { compilePattern } from './compile-pattern.ts';
export { PoliciesModule } from './policies.module.ts';
export { PoliciesRepository, type PolicyRow, type PolicyVersionRow } from './policies.repository.ts';
export {
  digestOf,
  digestOfText,
  policyChangedChannel,
  PolicyInForce,
  type PolicyVersion,
} from './policy-in-force.ts';
