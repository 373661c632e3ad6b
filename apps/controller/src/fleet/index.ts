export { FleetModule } from './fleet.module.ts';
export {
  poolChangedChannel,
  PoolDirectory,
  PoolJobs,
  poolRoomChannel,
  type PoolJobCounts,
  type PoolJobsDirectory,
  type PoolRow,
} from './pools/index.ts';
export {
  AutomaticQuarantine,
  type Claimant,
  type ClaimantRow,
  HeldAttempts,
  type HeldAttempt,
  type HeldAttemptsDirectory,
  LaneWorkers,
  type LaneStandings,
  type WorkLane,
  workerIntentChannel,
  WorkersService,
} from './workers/index.ts';
export { ClaimProbe, type ClaimProbeAnswer, type ClaimProber } from './verification/index.ts';
export { agentLinkSection } from './agent-link/index.ts';
export { provisioningSection } from './provisioning/index.ts';
