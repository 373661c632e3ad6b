import type { FleetController } from './fleet-controller.ts';

/** Settings of a host whose worker plays its builds: how the fleet behaves is asked, not what a compiler says. */
export const stubSettings = { RUNNER: 'stub' } as const;

export interface StubBuild {
  readonly stepMs?: number;
  readonly output?: readonly string[];
}

/** Queues a job for the stub runner; each of its steps takes `stepMs`. */
export async function enqueueStub(
  controller: FleetController,
  name: string,
  { stepMs = 0, output = [] }: StubBuild = {},
): Promise<string> {
  const { job_id: id } = await controller.post<{ job_id: string }>('/api/queue/enqueue', {
    package: name,
    version: '1.0',
    python_tag: 'cp312',
    platform_tag: 'linux_x86_64',
    recipes: { env: { IRONWHEEL_STUB: JSON.stringify({ delayMs: stepMs, output }) } },
  });
  return id;
}
