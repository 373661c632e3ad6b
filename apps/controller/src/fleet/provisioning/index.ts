export { bundleTokenPrefix, isBundleToken } from './bundle-token.ts';
export type { BundleOfServer } from './bundle.row.ts';
export { ConsumeBundle, type Consumption } from './consume-bundle.ts';
export { provisioningSection } from './provisioning.section.ts';
export { RefusalLimiter } from './refusal-limiter.ts';
