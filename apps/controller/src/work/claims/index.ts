export { ClaimsModule } from './claims.module.ts';
export { leaseSection } from './claims.section.ts';
export { ClaimsSwitch } from './claims-switch.ts';
