export { ClaimsModule } from './claims.module.ts';
export { buildLimitsSection, leaseSection } from './claims.section.ts';
export { ClaimsSwitch, type ClaimsSwitchState } from './claims-switch.ts';
