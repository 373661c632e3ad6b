export { MatchingRepository } from './matching.repository.ts';
export { WorkerMatching, type WorkerOfServer } from './worker-matching.ts';
