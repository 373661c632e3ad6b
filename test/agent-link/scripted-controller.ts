import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { until } from './fleet-rows.ts';

type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

/** The other end of a supervisor's socket, saying whatever a test wants. */
export class ScriptedController {
  readonly frames: Frame[] = [];
  readonly handshakes: IncomingMessage[] = [];
  socket: WebSocket | null = null;
  /** Answers the next handshakes with this instead of a socket. */
  refusal: {
    readonly status: number;
    readonly error: string;
    readonly headers?: Record<string, string>;
  } | null = null;
  /** How many handshakes are answered so. */
  refusals = Number.POSITIVE_INFINITY;
  heartbeatS = 1;

  private constructor(
    readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<ScriptedController> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const controller = new ScriptedController(server, `http://127.0.0.1:${port}`);
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'ironwheel.agent.v1' });
    server.on('upgrade', (request, socket, head) => {
      controller.handshakes.push(request);
      const { refusal } = controller;
      if (refusal !== null && controller.refusals > 0) {
        controller.refusals -= 1;
        const body = JSON.stringify({ error: refusal.error, detail: 'no', correlation_id: 'c' });
        const headers = Object.entries({
          'content-length': body.length,
          connection: 'close',
          ...refusal.headers,
        });
        socket.end(
          [
            `HTTP/1.1 ${refusal.status} No`,
            ...headers.map(([name, value]) => `${name}: ${value}`),
            '',
            body,
          ].join('\r\n'),
        );
        return;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => controller.#greet(webSocket));
    });
    return controller;
  }

  send(frame: unknown): void {
    this.socket?.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  issue(command: {
    id: string;
    generation: number;
    verb: string;
    expiresInS?: number;
    checks?: string[];
  }): void {
    this.send({
      type: 'controller:issue-command',
      command: {
        command_id: command.id,
        generation: command.generation,
        issued_at: new Date().toISOString(),
        expires_at: new Date(Date.now() + (command.expiresInS ?? 60) * 1000).toISOString(),
        verb: command.verb,
        actor: 'test',
        ...(command.checks === undefined ? {} : { checks: command.checks }),
      },
    });
  }

  frame(type: string, where: (frame: Frame) => boolean = () => true): Promise<Frame> {
    return until(
      `a frame ${type}`,
      () => this.frames.find((frame) => frame.type === type && where(frame)),
      40_000,
    );
  }

  answerTo(id: string): Promise<Frame> {
    return this.frame('agent:accept-command', (frame) => frame['command_id'] === id);
  }

  async close(): Promise<void> {
    this.socket?.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #greet(socket: WebSocket): void {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      this.frames.push(frame);
      if (frame.type === 'agent:ping') this.send({ type: 'controller:pong', n: frame['n'] });
      if (frame.type !== 'agent:hello') return;
      this.send({
        type: 'controller:welcome',
        protocol_version: 1,
        heartbeat_interval_s: this.heartbeatS,
        server: { server_id: 'srv_1', name: 'host', pool: 'default' },
        now: new Date().toISOString(),
      });
    });
  }
}
