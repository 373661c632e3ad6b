export { ClaimProbe, type ClaimProbeAnswer, type ClaimProber } from './claim-probe.ts';
