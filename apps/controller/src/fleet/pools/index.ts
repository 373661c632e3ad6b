export { poolChangedChannel, poolRoomChannel } from './pool-channels.ts';
export { PoolDirectory } from './pool-directory.ts';
export { PoolJobs, type PoolJobCounts, type PoolJobsDirectory } from './pool-jobs.ts';
export type { PoolRow } from './pool.row.ts';
