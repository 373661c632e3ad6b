export { PoliciesController } from './policies.controller.ts';
export { ValidatePolicy } from './validate-policy.ts';
