import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { until, type TestAgentRow } from './fleet-rows.ts';

export interface Refused {
  readonly status: number;
  readonly error: string;
  readonly retryAfter: string | undefined;
}
type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

export const load = {
  load1: 0.5,
  cpus: 2,
  memory_used_bytes: 1,
  memory_total_bytes: 2,
  disk_free_bytes: 3,
  disk_total_bytes: 4,
};
export const running = { process_state: 'running', units: [] };

/** An agent made of frames, for what a real one never sends. */
export class RawAgent {
  readonly frames: Frame[] = [];
  closed: { readonly code: number; readonly reason: string } | null = null;
  /** When false, pings of the controller stay unanswered. */
  answers = true;

  private constructor(
    readonly row: TestAgentRow,
    readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      this.frames.push(frame);
      if (frame.type === 'controller:ping' && this.answers) this.send({ type: 'agent:pong', n: frame['n'] });
    });
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  static assertion(row: TestAgentRow, more: { kid?: string; offsetS?: number } = {}): Promise<string> {
    const kid = more.kid ?? row.agentId;
    const now = Math.floor(Date.now() / 1000) + (more.offsetS ?? 0);
    return new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setSubject(kid)
      .setAudience('ironwheel')
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .setJti(randomUUID())
      .sign(row.key);
  }

  /** Opens a socket, or says how that was refused. */
  static async open(
    url: string,
    row: TestAgentRow,
    options: {
      readonly headers?: Record<string, string>;
      readonly path?: string;
      readonly protocol?: string | null;
      readonly kid?: string;
    } = {},
  ): Promise<RawAgent | Refused> {
    const token = await RawAgent.assertion(row, options.kid === undefined ? {} : { kid: options.kid });
    const protocol = options.protocol === null ? [] : [options.protocol ?? 'ironwheel.agent.v1'];
    const socket = new WebSocket(`${url.replace('http', 'ws')}${options.path ?? '/agent/v1'}`, protocol, {
      headers: { authorization: `Bearer ${token}`, ...options.headers },
      perMessageDeflate: false,
    });
    const agent = new RawAgent(row, socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(agent));
      socket.once('unexpected-response', (request, answer: IncomingMessage) => {
        let text = '';
        answer.on('data', (part: Buffer) => (text += part.toString()));
        answer.on('end', () => {
          const { error } = JSON.parse(text) as { error: string };
          resolve({ status: answer.statusCode ?? 0, error, retryAfter: answer.headers['retry-after'] });
          request.destroy();
        });
      });
      socket.once('error', reject);
    });
  }

  static async link(url: string, row: TestAgentRow, hello: Record<string, unknown> = {}): Promise<RawAgent> {
    const agent = await RawAgent.open(url, row);
    if (!(agent instanceof RawAgent)) throw new Error(`refused: ${JSON.stringify(agent)}`);
    agent.sayHello(hello);
    await agent.frame('controller:welcome');
    return agent;
  }

  sayHello(more: Record<string, unknown> = {}): void {
    this.send({
      type: 'agent:hello',
      protocol_version: 1,
      agent_id: this.row.agentId,
      version: '0.1.0',
      hostname: 'raw',
      machine_id: this.row.machineId,
      boot_id: 'boot-1',
      now: new Date().toISOString(),
      last_generation: 0,
      state: running,
      ...more,
    });
  }

  beat(state: Record<string, unknown> = running): void {
    this.send({ type: 'agent:send-heartbeat', load, state });
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The first frame of a type, among all so far and to come. */
  frame(type: string, where: (frame: Frame) => boolean = () => true): Promise<Frame> {
    return until(`a frame ${type}`, () => this.frames.find((frame) => frame.type === type && where(frame)));
  }

  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return until('the end of the socket', () => this.closed);
  }

  close(): void {
    this.socket.terminate();
  }
}
