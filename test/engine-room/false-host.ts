import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { TestWorker, type TestController } from '@ironwheel/testing';
import type { TestAgentRow } from '../agent-link/fleet-rows.ts';
import { TestSupervisor } from '../agent-link/test-supervisor.ts';
import { BeatingWorkers } from './fleet-rows.ts';

const toPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;

/** What a host does with the install line, step by step, but for installing anything. */
export class FalseHost {
  readonly #agent = generateKeyPairSync('ed25519');
  readonly #worker = generateKeyPairSync('ed25519');
  #enrolled: { agent_id: string; worker_id: string; server_id: string; name: string } | null = null;
  #supervisor: TestSupervisor | null = null;
  readonly #beating: BeatingWorkers;

  constructor(
    private readonly controller: TestController,
    /** As it was pasted. */
    private readonly line: string,
  ) {
    this.#beating = new BeatingWorkers(controller);
  }

  get #url(): string {
    const [url] = /http\S+\/install\/[\w-]+/.exec(this.line) ?? [];
    if (url === undefined) throw new Error(`no line of an installation: ${this.line}`);
    return url;
  }

  async download(): Promise<number> {
    const answer = await fetch(this.#url);
    await answer.text();
    return answer.status;
  }

  async enroll(): Promise<void> {
    const answer = await fetch(`${this.controller.url}/api/agent/enroll`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        enrollment_token: this.#url.split('/').at(-1),
        name: 'false-host',
        public_key: toPem(this.#worker.publicKey),
        agent_public_key: toPem(this.#agent.publicKey),
        machine_id: null,
        hostname: 'false-host',
        version: '0.1.0',
      }),
    });
    if (answer.status !== 200) throw new Error(`the enrolment was refused: ${await answer.text()}`);
    this.#enrolled = (await answer.json()) as NonNullable<typeof this.enrolled>;
  }

  get enrolled() {
    if (this.#enrolled === null) throw new Error('the host has not enrolled');
    return this.#enrolled;
  }

  /** Starts the real supervisor; the unit of the worker is that of a `FakeSystemd`. */
  async startAgent(): Promise<void> {
    const { agent_id: agentId, server_id: serverId, name } = this.enrolled;
    const row: TestAgentRow = { agentId, serverId, name, machineId: null, key: this.#agent.privateKey };
    this.#supervisor = await TestSupervisor.start(this.controller.url, row);
    await this.#supervisor.line('The controller has welcomed');
  }

  async startWorker(): Promise<void> {
    const worker = TestWorker.ofKey(this.controller, this.enrolled.worker_id, this.#worker.privateKey);
    await this.#beating.keep(worker);
  }

  async close(): Promise<void> {
    this.#beating.stop();
    await this.#supervisor?.close();
  }
}
