import { poolViewSchema, type PoolView } from '@ironwheel/contracts';
import type { ControllerClient } from '../../client/controller-client.ts';

export const poolPath = (name: string, verb = ''): string => `/api/pools/${encodeURIComponent(name)}${verb}`;

export const getPool = (client: ControllerClient, name: string): Promise<PoolView> =>
  client.get(poolPath(name), poolViewSchema);
