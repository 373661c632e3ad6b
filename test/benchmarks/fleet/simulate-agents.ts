// A process of simulated agents: each keeps a socket, beats and answers commands as the supervisor does, and acts on nothing.
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { WebSocket } from 'ws';
import type { SimulatedAgent, SimulationFacts, SimulationOrder } from './fleet-messages.ts';

const facts = { linked: 0, beats: 0, commands: 0, refused: 0, lost: 0 };
const state = {
  process_state: 'running',
  units: [
    {
      unit: 'ironwheel-worker.service',
      active_state: 'active',
      sub_state: 'running',
      main_pid: 4711,
      restarts: 0,
    },
  ],
};
const load = () => ({
  load1: Math.round(Math.random() * 400) / 100,
  cpus: 4,
  memory_used_bytes: 3_000_000_000 + Math.round(Math.random() * 1e9),
  memory_total_bytes: 8_000_000_000,
  disk_free_bytes: 40_000_000_000,
  disk_total_bytes: 100_000_000_000,
});
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

class Simulated {
  readonly #key: KeyObject;
  #windowMs = 1000;
  #beat: NodeJS.Timeout | undefined;
  #heardMs = 0;

  constructor(
    readonly agent: SimulatedAgent,
    readonly order: SimulationOrder,
  ) {
    this.#key = createPrivateKey(agent.privateKey);
  }

  connect(): void {
    let retryMs: number | null = null;
    let isLinked = false;
    const socket = new WebSocket(`${this.order.url.replace(/^http/, 'ws')}/agent/v1`, 'ironwheel.agent.v1', {
      headers: { authorization: `Bearer ${this.#assertion()}` },
      perMessageDeflate: false,
      localAddress: this.order.localAddress,
      handshakeTimeout: 30_000,
      ...(this.order.ca === null ? {} : { ca: this.order.ca, servername: 'localhost' }),
    });
    const send = (message: object): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    };
    socket.on('open', () => send(this.#hello()));
    socket.on('unexpected-response', (request, answer) => {
      facts.refused += 1;
      retryMs = Number(answer.headers['retry-after'] ?? 0) * 1000;
      answer.resume();
      request.destroy();
      socket.terminate();
    });
    socket.on('message', (data: Buffer) => {
      this.#heardMs = performance.now();
      const message = JSON.parse(data.toString()) as { type: string } & Record<string, unknown>;
      if (message.type === 'controller:welcome') {
        isLinked = true;
        facts.linked += 1;
        this.#windowMs = 1000;
        this.#beatEvery(Number(message['heartbeat_interval_s']) * 1000, socket, send);
      } else if (message.type === 'controller:ping') send({ type: 'agent:pong', n: message['n'] });
      else if (message.type === 'controller:close') retryMs = Number(message['retry_after_s'] ?? 0) * 1000;
      else if (message.type === 'controller:issue-command') {
        const { command_id, generation } = message['command'] as { command_id: string; generation: number };
        facts.commands += 1;
        send({ type: 'agent:accept-command', command_id, generation, accepted: true, refusal: null });
        send({
          type: 'agent:report-command',
          command_id,
          generation,
          ok: true,
          detail: 'as asked',
          state,
          checks: null,
        });
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(this.#beat);
      if (isLinked) {
        facts.linked -= 1;
        facts.lost += 1;
      }
      const jitter = Math.random() * this.#windowMs;
      this.#windowMs = Math.min(this.#windowMs * 2, 64_000);
      setTimeout(() => this.connect(), retryMs === null ? jitter : retryMs + Math.min(jitter, retryMs));
    });
  }

  #beatEvery(intervalMs: number, socket: WebSocket, send: (message: object) => void): void {
    const beat = (): void => {
      if (performance.now() - this.#heardMs > 3 * intervalMs) {
        socket.terminate();
        return;
      }
      facts.beats += 1;
      send({ type: 'agent:send-heartbeat', load: load(), state });
      send({ type: 'agent:ping', n: 1 });
      this.#beat = setTimeout(beat, intervalMs * (0.9 + Math.random() * 0.1));
    };
    beat();
  }

  #hello(): object {
    return {
      type: 'agent:hello',
      protocol_version: 1,
      agent_id: this.agent.agentId,
      version: '0.1.0',
      hostname: 'simulated',
      machine_id: this.agent.agentId.slice(4),
      boot_id: 'boot',
      now: new Date().toISOString(),
      last_generation: 0,
      state,
    };
  }

  #assertion(): string {
    const now = Math.floor(Date.now() / 1000) - 5;
    const kid = this.agent.agentId;
    const text = `${encode({ alg: 'EdDSA', kid, typ: 'JWT' })}.${encode({ sub: kid, aud: 'ironwheel', iat: now, exp: now + 60 })}`;
    return `${text}.${sign(null, Buffer.from(text), this.#key).toString('base64url')}`;
  }
}

process.on('message', (order: SimulationOrder) => {
  for (const agent of order.agents) {
    const simulated = new Simulated(agent, order);
    setTimeout(() => simulated.connect(), Math.random() * order.spreadMs);
  }
});
process.on('disconnect', () => process.exit(0));
setInterval(() => process.send?.({ ...facts } satisfies SimulationFacts), 100);
process.send?.({ ...facts } satisfies SimulationFacts);
