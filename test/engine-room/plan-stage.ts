import type { Locator, Page } from 'playwright-core';
import { startPlanIndex, targetEnv } from './plan-rows.ts';
import { startRoom, type Room } from './room.ts';

export interface Plan {
  readonly run_id: string;
  readonly state: string;
  readonly jobs: readonly { readonly job_id: string; readonly name: string; readonly state: string }[];
}

/** A controller that plans with an index of its own. */
export interface PlanStage {
  readonly room: Room;
  compute(body: Readonly<Record<string, unknown>>): Promise<Plan>;
  close(): Promise<void>;
}

export async function startPlanStage(): Promise<PlanStage> {
  const index = await startPlanIndex();
  const room = await startRoom({ env: { ...targetEnv, INDEX_URL: index.url } });
  return {
    room,
    compute: (body) => room.api<Plan & Record<string, unknown>>('POST', '/plan/compute', body),
    close: async () => {
      await room.close();
      await index.close();
    },
  };
}

export const requirements = (page: Page): Locator => page.getByLabel('Requirements', { exact: true });
/** A package in the list of a plan. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
/** A package in the graph of a plan. */
export const box = (page: Page, id: string): Locator => page.locator(`[data-box="${id}"]`);
