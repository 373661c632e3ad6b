import type { CreatedBundle, ServerView, WorkerView } from '@ironwheel/contracts';
import { until } from '../drills/drill-process.ts';
import type { FleetController } from './fleet-controller.ts';
import type { FleetHost } from './fleet-host.ts';
import type { Finished } from './run-command.ts';
import type { ShellHost } from './shell-host.ts';

export const agentUnit = 'ironwheel-agent.service';
export const workerUnit = 'ironwheel-worker.service';
const installMs = 1_500_000;

/** What the operator pastes, and what may stand behind it. */
export const pasteLine = (host: ShellHost, line: string, ...options: readonly string[]): Promise<Finished> =>
  host.try(options.length === 0 ? line : `${line} -s -- ${options.join(' ')}`, { timeoutMs: installMs });

/** Settings of a worker that builds nothing and says so, as an operator would write them beforehand. */
export async function writeWorkerSettings(
  host: ShellHost,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  await host.exec('mkdir -p /etc/ironwheel && cat >/etc/ironwheel/worker.env', { input: text.join('') });
}

/** A host that was made a server by its install line. */
export class ProvisionedHost<Host extends ShellHost = FleetHost> {
  constructor(
    readonly host: Host,
    readonly serverId: string,
    readonly controller: FleetController,
  ) {}

  get name(): string {
    return this.host.name;
  }

  server(): Promise<ServerView> {
    return this.controller.server(this.serverId);
  }

  async worker(): Promise<WorkerView> {
    const { worker_id: id } = await this.server();
    if (id === null) throw new Error(`${this.name} has no worker`);
    return this.controller.worker(id);
  }

  /** What is wanted of its worker: `pause`, `resume`, `drain`, `quarantine`, `unquarantine`. */
  async intend(action: string, body: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { worker_id: id } = await this.worker();
    await this.controller.post(`/api/workers/${id}/${action}`, body);
  }

  /** Waits until the server looks so; shows how it looks when that never comes. */
  async waitUntil(
    what: string,
    isSo: (server: ServerView) => boolean,
    patienceMs?: number,
  ): Promise<ServerView> {
    let last: ServerView | null = null;
    return until(
      `${this.name}: ${what}`,
      async () => {
        last = await this.server();
        return isSo(last) ? last : null;
      },
      () => `${JSON.stringify(last, null, 1)}\n${this.controller.tell()}`,
      patienceMs,
    );
  }

  isUp(): Promise<ServerView> {
    return this.waitUntil(
      'agent connected, process running, heartbeat healthy',
      (server) =>
        server.link_state === 'connected' &&
        server.process_state === 'running' &&
        server.heartbeat_state === 'healthy',
    );
  }
}

export const createBundle = (controller: FleetController, serverId: string): Promise<CreatedBundle> =>
  controller.post<CreatedBundle>(`/api/servers/${serverId}/bundle`);

/** From the record of a server to its worker's first heartbeat. */
export async function provision<Host extends ShellHost>(
  controller: FleetController,
  host: Host,
  ...options: readonly string[]
): Promise<ProvisionedHost<Host>> {
  const { server_id: serverId } = await controller.post<ServerView>('/api/servers', { name: host.name });
  const { install_line: line } = await createBundle(controller, serverId);
  const installed = await pasteLine(host, line, ...options);
  if (installed.code !== 0) {
    throw new Error(
      `the install on ${host.name} ended with ${installed.code}\n${installed.stdout}${installed.stderr}`,
    );
  }
  return new ProvisionedHost(host, serverId, controller);
}
