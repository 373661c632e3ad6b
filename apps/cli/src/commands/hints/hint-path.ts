import { hintViewSchema, type HintView } from '@ironwheel/contracts';
import type { ControllerClient } from '../../client/controller-client.ts';

export const hintPath = (id: string): string => `/api/hints/${encodeURIComponent(id)}`;

export const getHint = (client: ControllerClient, id: string): Promise<HintView> =>
  client.get(hintPath(id), hintViewSchema);
