import type { TestController, TestWorker } from '@ironwheel/testing';
import { insertAgent, type TestAgentRow } from '../agent-link/fleet-rows.ts';
import { TestSupervisor } from '../agent-link/test-supervisor.ts';
import { BeatingWorkers } from './fleet-rows.ts';
import type { Room } from './room.ts';

/** Text that would do harm if it were anything but text. */
export const hostileText = '<img src=x onerror=alert(1)> \u202egnp.exe \u001b[31mred';

/** A server that was registered and never installed. */
export async function addServer(
  room: Pick<Room, 'api'>,
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { server_id } = await room.api<{ server_id: string }>('POST', '/servers', { name, ...more });
  return server_id;
}

/** A server whose agent was enrolled and is away. */
export async function addEnrolledServer(controller: TestController, name: string): Promise<TestAgentRow> {
  const row = await insertAgent(controller.database);
  await controller.database.query('UPDATE servers SET name = $2 WHERE id = $1', [row.serverId, name]);
  return { ...row, name };
}

/** The server's worker, enrolled for it; it beats until the workers are stopped. */
export async function addWorkerOf(
  controller: TestController,
  workers: BeatingWorkers,
  serverId: string,
  name: string,
): Promise<TestWorker> {
  const worker = await workers.add(name);
  await controller.database.query('UPDATE workers SET server_id = $2 WHERE id = $1', [worker.id, serverId]);
  return worker;
}

export interface LinkedServer {
  readonly row: TestAgentRow;
  readonly supervisor: TestSupervisor;
  readonly worker: TestWorker;
  close(): Promise<void>;
}

/** A server with the real supervisor in this process, over a `FakeSystemd` that the caller has set up. */
export async function addLinkedServer(controller: TestController, name: string): Promise<LinkedServer> {
  const row = await addEnrolledServer(controller, name);
  const workers = new BeatingWorkers(controller);
  const worker = await addWorkerOf(controller, workers, row.serverId, `${name}-worker`);
  const supervisor = await TestSupervisor.start(controller.url, row);
  await supervisor.line('The controller has welcomed');
  const close = async (): Promise<void> => {
    workers.stop();
    await supervisor.close();
  };
  return { row, supervisor, worker, close };
}
